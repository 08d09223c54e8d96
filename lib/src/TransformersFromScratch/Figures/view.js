// The views of attention: lines between tokens (head view), and a grid of small maps (model view). They draw themselves into the place of
// their still picture, with nothing but SVG and canvas. Every view carries this text, and controls.js.
(() => {
const w = window, d = document, name = 'tfsViews1', ns = 'http://www.w3.org/2000/svg';
const css = `
.tfs-token{cursor:pointer}.tfs-token:focus{outline:none}.tfs-token rect{fill:transparent}
.tfs-token:focus-visible rect{stroke:#2b8cd6;stroke-width:2}
.tfs-info{min-height:1.4em;margin:4px 0;font-size:14px}
.tfs-grid{display:grid;gap:6px;align-items:center;text-align:center;font-size:12px}
.tfs-cell{padding:0;border:0;background:none;cursor:zoom-in;min-width:40px;min-height:40px;line-height:0}
.tfs-cell canvas{width:100%;image-rendering:pixelated;outline:1px solid color-mix(in srgb,currentColor 35%,transparent)}
.tfs-cell:hover canvas{outline:2px solid #2b8cd6}
.tfs-big:focus-visible{outline:2px solid #2b8cd6}`;
const make = (tag, attributes = {}, ...inside) => {
  const e = d.createElement(tag);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  e.append(...inside);
  return e;
};
const draw = (tag, attributes, ...inside) => {
  const e = d.createElementNS(ns, tag);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  e.append(...inside);
  return e;
};
const round = x => +x.toPrecision(2) + '';
w[name] = w[name] || (() => {
  function start(box) {
    const all = JSON.parse(box.querySelector('script').textContent);
    const { queries, keys } = all, heads = all.controls[1].stops.length, size = queries.length * keys.length;
    const packed = new Uint16Array(Uint8Array.from(atob(all.weights), c => c.charCodeAt(0)).buffer);
    const map = (l, h) => packed.subarray((l * heads + h) * size, (l * heads + h + 1) * size);
    const weight = (of, i, j) => of[i * keys.length + j] / 65535;
    // What a token is tied to most, in words.
    const ties = (of, side, i) => {
      const list = (side ? queries : keys).map((t, j) => [side ? weight(of, j, i) : weight(of, i, j), t]);
      return list.sort((a, b) => b[0] - a[0]).filter(x => x[0] >= .005).slice(0, 6).map(x => `“${x[1]}” ${round(x[0])}`).join(', ') || 'nothing';
    };
    const strongest = of => {
      const best = of.reduce((b, v, k) => v > of[b] ? k : b, 0);
      return `largest ${queries[Math.floor(best / keys.length)]} → ${keys[best % keys.length]} ${round(of[best] / 65535)}`;
    };
    if (!d.getElementById('tfs-style-view1')) d.head.append(make('style', { id: 'tfs-style-view1' }, css));
    const pen = d.createElement('canvas').getContext('2d');
    const width = text => (pen.font = '14px ' + getComputedStyle(box).fontFamily, pen.measureText(text).width);
    const fit = (text, room) => {
      if (width(text) <= room) return text;
      let cut = [...text];
      while (cut.length > 1 && width(cut.join('') + '…') > room) cut.pop();
      return cut.join('') + '…';
    };
    (all.view == 'head' ? headView : modelView)({ box, all, queries, keys, heads, map, weight, ties, strongest, width, fit });
  }

  function headView({ box, all, queries, keys, map, weight, ties, strongest, width, fit }) {
    const svg = box.querySelector('svg'), shown = box.parentElement.querySelector('.tfs-shown');
    const info = make('div', { class: 'tfs-info', 'aria-live': 'polite' }), hint = 'Point at a word, tap it, or reach it by Tab and arrow keys: its lines alone stay, with their weights.';
    const used = all.controls.map((c, i) => c.stops.length > 1 ? i : -1).filter(i => i >= 0), chosen = all.controls.map(c => c.start);
    let of = map(...chosen), pinned = null, pointed = null, focused = null, roving = '0 0', drawn = 0, parts = [[], []], lines;
    const controls = used.length && w.tfsControls1(used.map(i => all.controls[i]), at => {
      used.forEach((i, k) => chosen[i] = at[k]);
      of = map(...chosen);
      build();
      controls.say(strongest(of));
    });
    if (controls) shown.replaceWith(controls.bar);
    else if (shown) shown.remove();
    box.append(info);
    svg.removeAttribute('role');
    svg.setAttribute('role', 'group');
    const y = i => 30 + all.pitch * (i + .5);
    // The whole picture, at the width that there is.
    function build() {
      const W = box.clientWidth;
      if (!W) return;
      drawn = W;
      const side = list => Math.min(Math.max(40, ...list.map(width)) + 52, W * .38), left = side(queries), right = W - side(keys), H = 38 + all.pitch * Math.max(queries.length, keys.length);
      svg.setAttribute('viewBox', `0 0 ${W} ${H}`);
      svg.setAttribute('font-size', 14);
      lines = draw('g', { fill: 'none', stroke: '#2b8cd6' });
      const head = (x, text, anchor) => draw('text', { x, y: 16, 'text-anchor': anchor, 'font-size': 12, opacity: .7 }, text);
      parts = [queries, keys].map((list, s) => list.map((text, i) => {
        const x = s ? right : left, number = draw('text', { x: s ? W - 2 : 2, y: y(i) + 5, 'text-anchor': s ? 'end' : 'start', 'font-size': 12, 'font-variant-numeric': 'tabular-nums' });
        const label = draw('text', { x, y: y(i) + 5, 'text-anchor': s ? 'start' : 'end' }, fit(text, (s ? W - right : left) - 48)), seen = label.textContent;
        const token = draw('g', { class: 'tfs-token', role: 'button', 'data-at': s + ' ' + i, tabindex: roving == s + ' ' + i ? 0 : -1 },
          draw('rect', { x: s ? right - 4 : 2, y: y(i) - all.pitch / 2 + 1, width: (s ? W - right : left) + 2, height: all.pitch - 2, rx: 5 }), label, number);
        // Whoever speaks to the page says what there is to see of a word.
        token.setAttribute('aria-label', `${s ? 'key' : 'query'} ${seen == text ? text : `${seen} (${text})`}: ${ties(of, s, i)}`);
        return { token, number, label };
      }));
      svg.replaceChildren(head(left, 'query', 'end'), head(right, 'key', 'start'), lines, ...parts.flat().map(p => p.token));
      svg.ends = [left + 6, right - 6];
      paint();
    }
    // The lines: all, or those of one token.
    function paint() {
      const active = pointed || pinned || focused, [s, i] = active ? active.split(' ').map(Number) : [];
      lines.replaceChildren();
      queries.forEach((_, q) => keys.forEach((_, k) => {
        const v = weight(of, q, k), on = !active || (s ? k : q) == i;
        if (v >= .005 && on) lines.append(draw('path', { d: `M${svg.ends[0]} ${y(q)}L${svg.ends[1]} ${y(k)}`, 'stroke-width': 1 + 4 * v, 'stroke-opacity': active ? Math.max(v, .25) : v, 'data-w': round(v) }));
      }));
      parts.forEach((list, side) => list.forEach((p, j) => {
        const v = active && side != s ? (s ? weight(of, j, i) : weight(of, i, j)) : 0, mine = active == side + ' ' + j;
        p.number.textContent = active && side != s ? v.toFixed(2) : '';
        p.label.setAttribute('font-weight', mine ? 700 : 400);
        p.token.setAttribute('opacity', !active || mine || side != s && v >= .005 ? 1 : .45);
        p.token.setAttribute('aria-pressed', pinned == side + ' ' + j);
      }));
      const text = active ? (s ? `“${keys[i]}” is looked at by ` : `“${queries[i]}” looks at `) + ties(of, s, i) : hint;
      if (info.textContent != text) info.textContent = text;
    }
    const at = e => e.target.closest && e.target.closest('.tfs-token')?.dataset.at || null;
    svg.addEventListener('pointerover', e => { if (e.pointerType == 'mouse') { pointed = at(e); paint(); } });
    svg.addEventListener('pointerleave', () => { pointed = null; paint(); });
    svg.addEventListener('click', e => {
      pinned = pinned == at(e) ? null : at(e);
      if (!pinned) focused = pointed = null;
      paint();
    });
    // Not at the drawing: Chromium gives an SVG that listens to focus a place of its own in the order of Tab.
    box.addEventListener('focusin', e => { if (e.target.matches(':focus-visible')) { focused = at(e); paint(); } });
    box.addEventListener('focusout', () => { focused = null; paint(); });
    svg.addEventListener('keydown', e => {
      let [s, i] = (at(e) || roving).split(' ').map(Number);
      e.stopPropagation();
      if (e.key == 'Enter' || e.key == ' ') pinned = pinned == at(e) ? null : at(e);
      else if (e.key == 'Escape') pinned = focused = pointed = null;
      else {
        const lists = [queries, keys], move = { ArrowUp: [s, i - 1], ArrowDown: [s, i + 1], ArrowLeft: [0, i], ArrowRight: [1, i], Home: [s, 0], End: [s, lists[s].length - 1] }[e.key];
        if (!move) return;
        const next = Math.min(Math.max(move[1], 0), lists[move[0]].length - 1);
        parts[s][i].token.setAttribute('tabindex', -1);
        roving = move[0] + ' ' + next;
        pinned = null;
        parts[move[0]][next].token.setAttribute('tabindex', 0);
        parts[move[0]][next].token.focus();
        focused = roving;
      }
      e.preventDefault();
      paint();
    });
    svg.setAttribute('data-lm-suppress-shortcuts', 'true');
    new ResizeObserver(() => { if (box.clientWidth != drawn) build(); }).observe(box);
    build();
  }

  function modelView({ box, all, queries, keys, heads, map, weight, ties, strongest, width, fit }) {
    const rgb = all.colors.map(c => [1, 3, 5].map(k => parseInt(c.slice(k, k + 2), 16)));
    const color = v => {
      const place = Math.min(1, v / all.most) * (rgb.length - 1), k = Math.min(Math.floor(place), rgb.length - 2);
      return rgb[k].map((c, i) => Math.round(c + (rgb[k + 1][i] - c) * (place - k)));
    };
    const bright = c => c[0] * .2126 + c[1] * .7152 + c[2] * .0722 > 110;
    const layers = all.controls[0].stops.length, cells = [], grid = make('div', { class: 'tfs-grid', role: 'group', 'aria-label': box.querySelector('svg').getAttribute('aria-label') });
    grid.style.gridTemplateColumns = `auto repeat(${heads},minmax(40px,110px))`;
    grid.append('', ...['', ...all.controls[1].stops].map((h, i) => make('span', {}, i == 1 ? 'head ' + h : h)));
    for (let l = 0; l < layers; l++) {
      grid.append(make('span', {}, (l ? '' : 'layer ') + (l + 1)));
      for (let h = 0; h < heads; h++) {
        const canvas = make('canvas', { width: keys.length, height: queries.length }), pen = canvas.getContext('2d'), image = pen.createImageData(keys.length, queries.length);
        map(l, h).forEach((v, k) => image.data.set([...color(v / 65535), 255], 4 * k));
        pen.putImageData(image, 0, 0);
        canvas.style.aspectRatio = Math.min(2.5, Math.max(.4, keys.length / queries.length));
        const cell = make('button', { type: 'button', class: 'tfs-cell', 'aria-label': `layer ${l + 1}, head ${h + 1}: ${strongest(map(l, h))}`, title: `layer ${l + 1}, head ${h + 1}` }, canvas);
        cell.addEventListener('click', () => enlarge(l, h));
        cells.push(cell);
        grid.append(cell);
      }
    }
    // Arrow keys lead from map to map.
    grid.addEventListener('keydown', e => {
      const i = cells.indexOf(e.target), to = i + ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -heads, ArrowDown: heads }[e.key] || 0);
      e.stopPropagation();
      if (i >= 0 && to != i && cells[to]) { cells[to].focus(); e.preventDefault(); }
    });
    grid.setAttribute('data-lm-suppress-shortcuts', 'true');
    box.querySelector('svg').replaceWith(grid);
    const hint = make('div', { class: 'tfs-info' }, 'Click or tap a map, or press Enter on it, to enlarge it.');
    box.append(hint);
    let open = null;

    function enlarge(l, h) {
      const back = make('button', { type: 'button', class: 'tfs-back' }, '← all maps'), place = make('div', { 'data-lm-suppress-shortcuts': 'true' });
      const info = make('div', { class: 'tfs-info', 'aria-live': 'polite' }), big = make('div', { class: 'tfs-big', tabindex: 0, role: 'img' });
      const controls = w.tfsControls1(all.controls.map((c, i) => ({ ...c, start: i ? h : l })), at => {
        [l, h] = at;
        paint();
        controls.say(strongest(map(l, h)));
      });
      controls.bar.prepend(back);
      place.append(controls.bar, big, info);
      grid.hidden = hint.hidden = true;
      grid.style.display = 'none';
      box.append(place);
      let r = -1, c = -1, mark;
      const close = () => {
        open = null;
        place.remove();
        grid.hidden = hint.hidden = false;
        grid.style.display = '';
        cells[l * heads + h].focus();
      };
      function paint() {
        const of = map(l, h), left = Math.min(Math.max(...queries.map(width)), 110) + 10, room = Math.min(560, box.clientWidth) - left - 4, side = Math.max(9, Math.min(54, Math.floor(room / keys.length)));
        const turned = Math.max(...keys.map(width)) + 6 > side, top = turned ? Math.min(Math.max(...keys.map(width)), 110) + 10 : 24, W = left + side * keys.length + 2, H = top + side * queries.length + 2;
        const svg = draw('svg', { viewBox: `0 0 ${W} ${H}`, width: W, style: 'display:block;max-width:100%;height:auto', fill: 'currentColor', 'font-size': Math.min(14, side - 1) });
        queries.forEach((t, i) => svg.append(draw('text', { x: left - 6, y: top + side * (i + .5) + 4, 'text-anchor': 'end' }, fit(t, 110))));
        keys.forEach((t, j) => svg.append(draw('text', turned ? { transform: `translate(${left + side * (j + .5) + 4} ${top - 6}) rotate(-90)` } : { x: left + side * (j + .5), y: top - 8, 'text-anchor': 'middle' }, fit(t, 110))));
        queries.forEach((_, i) => keys.forEach((_, j) => {
          const v = weight(of, i, j), fill = color(v);
          svg.append(draw('rect', { x: left + side * j, y: top + side * i, width: side, height: side, fill: `rgb(${fill})`, 'data-at': i + ' ' + j }));
          if (side >= 34) svg.append(draw('text', { x: left + side * (j + .5), y: top + side * (i + .5) + 4, 'text-anchor': 'middle', 'font-size': 12, fill: bright(fill) ? '#000' : '#fff', 'pointer-events': 'none' }, v.toFixed(2)));
        }));
        mark = draw('rect', { width: side, height: side, fill: 'none', stroke: '#d55e00', 'stroke-width': 3, 'pointer-events': 'none', visibility: 'hidden' });
        svg.append(mark);
        big.replaceChildren(svg);
        big.setAttribute('aria-label', `Layer ${l + 1}, head ${h + 1}: ${queries.map((t, i) => `“${t}” looks at ${ties(of, 0, i)}`).slice(0, 12).join('; ')}`);
        info.textContent = r < 0 ? `Layer ${l + 1}, head ${h + 1}: ${strongest(of)}.` : '';
        if (r >= 0) point(r, c);
        mark.dataset.left = left;
        function point(i, j) {
          [r, c] = [i, j];
          mark.setAttribute('x', left + side * j);
          mark.setAttribute('y', top + side * i);
          mark.setAttribute('visibility', 'visible');
          info.textContent = `${queries[i]} → ${keys[j]}: ${round(weight(of, i, j))}`;
        }
        big.point = point;
      }
      const pointAt = e => { const at = e.target.dataset && e.target.dataset.at; if (at) big.point(...at.split(' ').map(Number)); };
      big.addEventListener('pointermove', pointAt);
      big.addEventListener('click', pointAt);
      big.addEventListener('keydown', e => {
        const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
        if (!step) return;
        e.preventDefault();
        big.point(Math.min(Math.max(Math.max(r, 0) + (r < 0 ? 0 : step[0]), 0), queries.length - 1), Math.min(Math.max(Math.max(c, 0) + (c < 0 ? 0 : step[1]), 0), keys.length - 1));
      });
      place.addEventListener('keydown', e => {
        e.stopPropagation();
        if (e.key == 'Escape') close();
      });
      back.addEventListener('click', close);
      // The bar keeps its keys to itself, but not this one.
      controls.bar.addEventListener('keydown', e => { if (e.key == 'Escape') close(); });
      open = { paint };
      paint();
      big.focus({ preventScroll: true });
    }
    let last = 0;
    new ResizeObserver(() => { if (open && box.clientWidth != last) open.paint(); last = box.clientWidth; }).observe(box);
  }
  return () => d.querySelectorAll('.tfs-view:not([data-live])').forEach(box => {
    box.dataset.live = '';
    setTimeout(() => start(box));
  });
})();
w[name]();
// Some hosts run scripts before they attach the output.
setTimeout(w[name]);
})();
