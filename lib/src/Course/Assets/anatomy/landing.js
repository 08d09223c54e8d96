// The first page's figure: a translator writes a sentence word by word, lines lead from each new word to those it looks
// at, and its row of the attention map fills. The sentence is one of those in the page or, where somebody computes,
// typed by the reader.
'use strict';
(() => {
  const root = document.getElementById('see'),
    space = 'http://www.w3.org/2000/svg',
    here = document.currentScript.src;
  if (!root) return;
  const find = name => root.querySelector(name),
    picture = find('.see-picture'),
    form = find('form'),
    input = find('input'),
    send = find('[type="submit"]'),
    note = find('.an-note');
  const known = JSON.parse(find('.see-data').textContent),
    calm = matchMedia('(prefers-reduced-motion: reduce)');
  const whereToType = 'To type a sentence of your own, open this page live: dotnet run --project lib/src/Course';
  const isLive = !!document.documentElement.dataset.engine && location.protocol !== 'file:';
  const pen = document.createElement('canvas').getContext('2d');
  let shown = null,
    round = null;

  function shape(name, attributes, text) {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

  function draw(seen) {
    shown = seen;
    const { source, target, weights } = seen,
      narrow = picture.clientWidth < 560;
    const most = narrow ? 10 : 14,
      size = narrow ? 13 : 16,
      pitch = narrow ? 25 : 28;
    pen.font = `${size}px ${getComputedStyle(form).fontFamily}`;
    const wideOf = words => Math.max(...words.map(word => pen.measureText(cut(word, most)).width));
    const read = Math.max(46, wideOf(source) + 6),
      written = read + (narrow ? 92 : 190),
      map = written + Math.max(50, wideOf(target) + 14);
    const room = picture.clientWidth - map - (narrow ? 26 : 60),
      cell = Math.max(8, Math.min(pitch, room / source.length));
    const top = (narrow ? 56 : 64) + (source.some(word => word.length > 8) ? 10 : 0),
      width = map + cell * source.length + (narrow ? 26 : 60),
      height = top + Math.max(source.length, target.length) * pitch + 8;
    const middle = row => top + (row + 0.5) * pitch;
    const svg = shape('svg', {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      'font-size': size,
      'aria-hidden': 'true',
    });
    svg.append(
      shape('text', { x: read, y: top - 14, class: 'quiet end' }, 'reads'),
      shape('text', { x: written, y: top - 14, class: 'quiet' }, 'writes'),
    );
    source.forEach((word, s) => {
      svg.append(shape('text', { x: read, y: middle(s) + 5, class: 'end' }, cut(word, most)));
      if (cell >= 11)
        svg.append(
          shape(
            'text',
            { transform: `translate(${map + (s + 0.5) * cell + 4} ${top - 8}) rotate(-45)`, class: 'quiet' },
            cut(word, 9),
          ),
        );
    });
    const rows = target.map((word, t) => {
      const lines = shape('g', { class: 'lines' }),
        row = shape('g', { class: 'row' }),
        bend = (written - read) / 2;
      weights[t].forEach((weight, s) => {
        if (weight >= 0.02)
          lines.append(
            shape('path', {
              d: `M${written - 8} ${middle(t)}C${written - bend} ${middle(t)} ${read + bend} ${middle(s)} ${read + 8} ${middle(s)}`,
              'stroke-width': 0.8 + 6 * weight,
              'stroke-opacity': 0.15 + 0.85 * weight,
            }),
          );
        const place = {
          x: map + s * cell + 1,
          y: middle(t) - pitch / 2 + 1,
          width: cell - 2,
          height: pitch - 2,
          rx: 3,
        };
        row.append(
          shape('rect', { ...place, class: 'cell' }),
          shape('rect', { ...place, class: 'on', 'fill-opacity': Math.sqrt(weight) }),
        );
      });
      row.append(shape('text', { x: written, y: middle(t) + 5 }, cut(word, most)));
      svg.append(lines, row);
      return [lines, row];
    });
    picture.replaceChildren(svg);
    picture.style.setProperty('--high', height + 'px');
    move(rows);
  }

  // One word after the other; then all of it stays for a while, and it begins again, three times.
  function move(rows) {
    clearInterval(round);
    if (calm.matches) return;
    let at = -1,
      rounds = 0;
    const set = () =>
      rows.forEach(([lines, row], t) => {
        lines.style.opacity = t === at || at >= rows.length ? 1 : t < at ? 0.25 : 0;
        row.style.opacity = t <= at ? 1 : 0;
      });
    round = setInterval(() => {
      if (document.hidden) return;
      at++;
      if (at > rows.length + 3) {
        if (++rounds === 3) {
          clearInterval(round);
          return;
        }
        at = 0;
      }
      set();
    }, 900);
    set();
  }

  function show(seen, id) {
    const words =
      `While a translator writes “${seen.written}” for “${seen.text}”, it looks at the words that it has read: ` +
      'the stronger the line, the more.';
    picture.setAttribute('aria-label', words);
    find('.see-words').textContent = words;
    find('.see-more').href = 'anatomy.html' + (id ? `?trace=${id}` : `?text=${encodeURIComponent(seen.text)}`);
    for (const button of root.querySelectorAll('[data-id]'))
      button.setAttribute('aria-pressed', String(button.dataset.id === id));
    draw(seen);
  }

  function say(text, isBad) {
    note.textContent = text;
    note.classList.toggle('bad', !!isBad);
  }

  // The last layer's cross-attention, the mean of its heads, of what an engine has computed.
  function seenIn(json) {
    const [encoder, decoder] = window.courseAnatomy.open(json).stacks,
      { head } = decoder.layers.at(-1).find(part => part.cross);
    return {
      text: json.text,
      written: json.written,
      source: encoder.tokens,
      target: decoder.tokens.slice(1),
      weights: decoder.tokens
        .slice(1)
        .map((_, t) =>
          encoder.tokens.map((_, s) => head.reduce((sum, each) => sum + each.weights.at(t, s), 0) / head.length),
        ),
    };
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    send.disabled = true;
    try {
      const { ask } = await import(new URL('live.js', here)),
        json = await ask('en-fr', input.value, say);
      if (!json.written) throw new Error('The translator has written nothing. Try another sentence.');
      show(seenIn(json), null);
      say(
        json.strange.length
          ? `The model has never seen: ${json.strange.join(', ')}. What it makes of them is a guess.`
          : '',
      );
    } catch (problem) {
      say(problem.message, true);
    } finally {
      send.disabled = false;
    }
  });
  for (const button of root.querySelectorAll('[data-id]'))
    button.addEventListener('click', () => {
      input.value = button.textContent;
      show(
        known.find(each => each.id === button.dataset.id),
        button.dataset.id,
      );
      say(isLive ? '' : whereToType);
    });
  input.disabled = send.disabled = !isLive;
  root.classList.toggle('still', !isLive);
  input.value = known[0].text;
  let width = picture.clientWidth;
  addEventListener('resize', () => {
    if (picture.clientWidth !== width) {
      width = picture.clientWidth;
      draw(shown);
    }
  });
  show(known[0], known[0].id);
  if (!isLive) say(whereToType);
})();
