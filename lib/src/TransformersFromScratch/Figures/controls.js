// The controls of figures: sliders with play and step buttons, and selectors. Every figure that has controls carries this text; the first
// to run defines the function, which figure.js and view.js call: tfsControls1(controls, change) gives { bar, say }.
(() => {
const w = window, d = document;
const css = `
.tfs-bar{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;margin:0 0 8px;font-size:14px;line-height:1.3}
.tfs-bar>*{display:flex;align-items:center;gap:6px;max-width:100%}
.tfs-bar .tfs-slider{flex:1 1 300px;max-width:520px}
.tfs-bar label{gap:8px;min-width:0}
.tfs-slider label{display:block;flex:1}
.tfs-bar output{font-weight:600;font-variant-numeric:tabular-nums;padding:0}
.tfs-bar input{display:block;width:100%;height:24px;margin:0;accent-color:#2b8cd6;cursor:pointer}
.tfs-bar button,.tfs-bar select,.tfs-back{font:inherit;color:inherit;background:none;border:1px solid;border-color:color-mix(in srgb,currentColor 40%,transparent);border-radius:6px;min-width:40px;min-height:40px;padding:0 8px;margin:0;cursor:pointer}
.tfs-bar select{max-width:100%}
.tfs-bar option{color:#1f2328;background:#fff}
.tfs-bar svg{display:block;margin:auto;width:16px;height:16px;fill:currentColor}
.tfs-bar [aria-disabled=true]{opacity:.4;cursor:default}
.tfs-bar :focus-visible,.tfs-back:focus-visible,.tfs-cell:focus-visible{outline:2px solid #2b8cd6;outline-offset:2px}
.tfs-say{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(pointer:coarse){.tfs-bar button,.tfs-bar select,.tfs-back{min-width:44px;min-height:44px}.tfs-bar input{height:40px}}`;
const make = (tag, attributes, ...inside) => {
  const e = d.createElement(tag);
  for (const name in attributes) e.setAttribute(name, attributes[name]);
  e.append(...inside);
  return e;
};
const icon = path => {
  const s = d.createElementNS('http://www.w3.org/2000/svg', 'svg'), p = d.createElementNS(s.namespaceURI, 'path');
  s.setAttribute('viewBox', '0 0 16 16');
  s.setAttribute('aria-hidden', 'true');
  p.setAttribute('d', path);
  s.append(p);
  return s;
};
w.tfsControls1 = w.tfsControls1 || ((controls, change) => {
  if (!d.getElementById('tfs-style1')) d.head.append(make('style', { id: 'tfs-style1' }, css));
  const bar = make('div', { class: 'tfs-bar', 'data-lm-suppress-shortcuts': 'true' });
  const live = make('div', { class: 'tfs-say', 'aria-live': 'polite' });
  const at = controls.map(c => c.start);
  // Keys are for the control alone: a notebook would take them for its own.
  bar.addEventListener('keydown', e => e.stopPropagation());
  const go = (i, stop, smooth) => {
    at[i] = stop;
    change(at, smooth);
  };
  function slider(c, i) {
    const last = c.stops.length - 1, shown = make('output', {});
    const range = make('input', { type: 'range', min: 0, max: last, step: 1, 'aria-label': c.name });
    const button = (what, path, act) => {
      const b = make('button', { type: 'button', 'aria-label': `${what}: ${c.name}`, title: what }, icon(path));
      b.addEventListener('click', act);
      return b;
    };
    let timer = 0;
    const play = 'M3 1l11 7-11 7z', pause = 'M3 1h4v14H3zM9 1h4v14H9z';
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      live.setAttribute('aria-live', 'polite');
      run.replaceChildren(icon(play));
      run.title = 'Play';
      run.setAttribute('aria-label', `Play: ${c.name}`);
    };
    function start() {
      live.setAttribute('aria-live', 'off');
      run.replaceChildren(icon(pause));
      run.title = 'Pause';
      run.setAttribute('aria-label', `Pause: ${c.name}`);
      set(at[i] == last ? 0 : at[i] + 1, true);
      timer = setInterval(() => {
        if (!bar.isConnected || at[i] >= last) return stop();
        set(at[i] + 1, true);
        if (at[i] >= last) stop();
      }, 900);
    }
    function set(to, smooth) {
      if (to < 0 || to > last) return;
      range.value = to;
      range.setAttribute('aria-valuetext', c.stops[to]);
      shown.textContent = c.stops[to];
      back.setAttribute('aria-disabled', to == 0);
      on.setAttribute('aria-disabled', to == last);
      if (to != at[i]) go(i, to, smooth);
    }
    const back = button('Step back', 'M4 1v14H2V1zM14 1v14L5 8z', () => { stop(); set(at[i] - 1, true); });
    const run = button('Play', play, () => timer ? stop() : start());
    const on = button('Step forward', 'M12 1v14h2V1zM2 1v14l9-7z', () => { stop(); set(at[i] + 1, true); });
    range.addEventListener('input', () => { stop(); set(+range.value); });
    set(c.start);
    return make('div', { class: 'tfs-slider', role: 'group', 'aria-label': c.name }, back, run, on,
      make('label', {}, c.name + ' ', shown, range));
  }
  function selector(c, i) {
    const list = make('select', {}, ...c.stops.map((stop, s) => make('option', s == c.start ? { selected: '' } : {}, stop)));
    list.addEventListener('change', () => go(i, list.selectedIndex));
    return make('label', {}, c.name, list);
  }
  bar.append(...controls.map((c, i) => (c.kind == 'slider' ? slider : selector)(c, i)), live);
  // Says where the controls stand, and what is seen there.
  const say = text => live.textContent = controls.map((c, i) => `${c.name} ${c.stops[at[i]]}`).join(', ') + '. ' + (text || '');
  return { bar, say };
});
})();
