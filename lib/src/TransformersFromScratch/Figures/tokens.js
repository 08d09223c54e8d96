// Texts cut into coloured tokens. Words wrap as the page is wide. With a control (controls.js) the cut at each of its stops.
(() => {
const w = window, d = document, name = 'tfsTokens1';
const css = `
.tfs-trow{display:flex;gap:4px 12px;align-items:flex-start;margin:0 0 8px;line-height:1.3}
.tfs-tname{flex:0 0 auto;min-width:var(--tfs-name);padding:4px 0;overflow-wrap:anywhere}
.tfs-tlist{flex:0 1 auto;display:flex;flex-wrap:wrap;gap:4px;min-width:0}
.tfs-tok{border:1px solid var(--tfs-c);border-radius:5px;background:color-mix(in srgb,var(--tfs-c) 22%,transparent);padding:3px 5px;white-space:pre-wrap;overflow-wrap:anywhere}
.tfs-tcount{flex:0 0 auto;min-width:1.6em;padding:5px 0;font-size:12px;opacity:.75;font-variant-numeric:tabular-nums}
@media(max-width:520px){.tfs-trow{flex-wrap:wrap}.tfs-tname{flex:1 1 auto}.tfs-tlist{flex:1 1 100%;order:3}}`;
const make = (tag, attributes = {}, ...inside) => {
  const e = d.createElement(tag);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  e.append(...inside);
  return e;
};
w[name] = w[name] || (() => {
  function start(box) {
    const all = JSON.parse(box.querySelector('script').textContent), still = box.querySelector('svg');
    if (!d.getElementById('tfs-style-tokens1')) d.head.append(make('style', { id: 'tfs-style-tokens1' }, css));
    const pen = d.createElement('canvas').getContext('2d');
    pen.font = '15px ' + getComputedStyle(box).fontFamily;
    const names = all.stops.flat().map(row => pen.measureText(row[0]).width), widest = Math.min(190, Math.max(...names));
    const view = make('div', { class: 'tfs-tokens', role: 'group', 'aria-label': still.getAttribute('aria-label'), style: `font-size:15px;--tfs-name:${Math.ceil(widest)}px` });
    const show = stop => view.replaceChildren(...all.stops[stop].map(([text, ids]) => make('div', { class: 'tfs-trow' },
      ...(widest ? [make('span', { class: 'tfs-tname' }, text)] : []),
      make('span', { class: 'tfs-tlist', role: 'img', 'aria-label': ids.map(id => all.tokens[id]).join(' | ') || 'no token' },
        ...ids.map(id => make('span', { class: 'tfs-tok', style: `--tfs-c:${all.colors[id % all.colors.length]}` }, all.tokens[id]))),
      make('span', { class: 'tfs-tcount', 'aria-label': ids.length + ' tokens' }, ids.length + ''))));
    const sum = stop => all.stops[stop].reduce((n, row) => n + row[1].length, 0) + ' tokens';
    // The place keeps the height of its tallest stop, so that the page below does not jump.
    const hold = () => {
      view.style.minHeight = '';
      const now = chosen;
      let most = 0;
      all.stops.forEach((_, stop) => { show(stop); most = Math.max(most, view.offsetHeight); });
      show(now);
      view.style.minHeight = most + 'px';
    };
    let chosen = 0, drawn = 0;
    if (all.controls.length) {
      chosen = all.controls[0].start;
      const shown = box.parentElement.querySelector('.tfs-shown');
      const controls = w.tfsControls1(all.controls, at => {
        chosen = at[0];
        show(chosen);
        controls.say(sum(chosen));
      });
      if (shown) shown.replaceWith(controls.bar);
      else box.before(controls.bar);
    }
    still.replaceWith(view);
    show(chosen);
    if (all.stops.length > 1) new ResizeObserver(() => {
      if (box.clientWidth != drawn) { drawn = box.clientWidth; hold(); }
    }).observe(box);
  }
  return () => d.querySelectorAll('.tfs-pieces:not([data-live])').forEach(box => {
    box.dataset.live = '';
    setTimeout(() => start(box));
  });
})();
w[name]();
// Some hosts run scripts before they attach the output.
setTimeout(w[name]);
})();
