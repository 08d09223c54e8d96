// The stops of a chart with controls: what it shows at each, and the way from one to the next. Used by figure.js, with controls.js:
// tfsStops1(all, figure, live, whole, show) puts the controls into the figure and gives the chart of the first stop.
(() => {
const w = window;
w.tfsStops1 = w.tfsStops1 || ((all, figure, live, whole, show) => {
  // A list of numbers may be packed as whole steps of two bytes; the lowest step is a gap.
  function open(v) {
    if (!v || typeof v != 'object') return v;
    if (Array.isArray(v)) return v.map(open);
    if (!('$' in v)) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, open(x)]));
    const q = new Int16Array(Uint8Array.from(atob(v.$), c => c.charCodeAt(0)).buffer);
    const list = Array.from(q, k => k == -32768 ? null : +(v.z + k * v.s).toPrecision(7));
    return v.n ? list.flatMap((_, k) => k % v.n ? [] : [list.slice(k, k + v.n)]) : list;
  }
  // The chart at a stop: that of the start, and what differs from it.
  const chartAt = stop => whole(chart => {
    for (const path in all.stops[stop]) {
      const names = path.split('.'), last = names.pop(), value = open(all.stops[stop][path]), place = names.reduce((place, name) => place[name], chart);
      if (value === null) delete place[last];
      else place[last] = value;
    }
  });
  // Lines, points and bars between two stops, a share k of the way.
  const between = (from, to, k) => {
    const mix = (a, b) => a && b && a.length == b.length ? b.map((v, i) => typeof v == 'number' && typeof a[i] == 'number' ? a[i] + (v - a[i]) * k : v) : b;
    return to.map((t, i) => ({ ...t, x: mix(from[i].x, t.x), y: mix(from[i].y, t.y) }));
  };
  const place = at => at.reduce((sum, stop, i) => sum * all.controls[i].stops.length + stop, 0);
  const tell = (name, texts, stop) => {
    let part = figure.querySelector(name);
    if (!part && texts) {
      part = document.createElement('div');
      part.className = name.slice(1);
      part.style.cssText = 'font-size:.85em;opacity:.75;margin-top:.6em';
      figure.append(part);
    }
    if (texts) part.textContent = texts[stop];
  };
  let chart, moving = 0;
  const { bar, say } = w.tfsControls1(all.controls, (at, smooth) => {
    const stop = place(at), from = chart.data, next = chartAt(stop), mine = ++moving, began = performance.now();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches || next.layout.coloraxis || from.length != next.data.length;
    live.dataset.stop = stop;
    tell('figcaption', all.titles, stop);
    tell('.tfs-note', all.notes, stop);
    if (all.says) live.setAttribute('aria-label', all.says[stop]);
    say(all.says && all.says[stop]);
    const frame = now => {
      if (mine != moving) return;
      const k = smooth && !still ? Math.min(1, Math.max(0, (now - began) / 300)) : 1;
      chart = k < 1 ? { ...next, data: between(from, next.data, k) } : next;
      show(chart);
      if (k < 1) requestAnimationFrame(frame);
    };
    frame(began);
  });
  figure.querySelector('.tfs-shown').replaceWith(bar);
  live.dataset.stop = place(all.controls.map(c => c.start));
  return chart = chartAt(live.dataset.stop);
});
})();
