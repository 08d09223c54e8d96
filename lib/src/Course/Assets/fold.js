// On a narrow box several heatmaps stand in fewer columns, so that their words find room. Where there are several rows, the new ones are
// as full as the old ones were. It changes a Plotly layout before figure.js draws it, makes the box as high, and gives the layout; or
// nothing where all is well. Only the site has this script: a phone reads the site, and the figures stored in a notebook stay small.
'use strict';
window.tfsFold = (layout, box) => {
  if (!layout.coloraxis) return;
  box.style.minHeight = '';
  const room = box.clientWidth, m = layout.margin, x = [], y = [], marks = layout.annotations || [], bar = layout.coloraxis.colorbar;
  for (let i = ''; layout['xaxis' + i]; i = (i || 1) + 1) {
    x.push(layout['xaxis' + i]);
    y.push(layout['yaxis' + i]);
  }
  const n = x.length, across = new Set(x.map(axis => axis.domain[0])).size, named = marks.length >= n;
  const W = layout.width - m.l - m.r, H = layout.height - m.t - m.b;
  const wide = W * (x[0].domain[1] - x[0].domain[0]), high = H * (y[0].domain[1] - y[0].domain[0]);
  const gap = across > 1 ? W * x[1].domain[0] - wide : 0, lane = named ? gap + 14 : gap;
  const needs = columns => m.l + m.r + columns * (wide + gap) - gap;
  let columns = across;
  while (columns > 1 && (n > across && across % columns || wide * room / needs(columns) < 100 && room < needs(columns))) columns--;
  if (columns == across) return;
  const W2 = needs(columns) - m.l - m.r, H2 = Math.ceil(n / columns) * (high + lane) - lane, side = y[0], foot = { ...x[n - 1] };
  const words = (axis, from) => {
    for (const part of ['title', 'tickmode', 'tickvals', 'ticktext', 'tickangle']) axis[part] = from ? from[part] : undefined;
    axis.showticklabels = !!from;
  };
  for (let i = 0; i < n; i++) {
    const left = i % columns * (wide + gap) / W2, top = 1 - Math.floor(i / columns) * (high + lane) / H2;
    x[i].domain = [left, Math.min(1, left + wide / W2)];
    y[i].domain = [Math.max(0, top - high / H2), top];
    words(x[i], i + columns >= n && foot);
    if (y[i] != side) words(y[i], i % columns == 0 && side);
    if (named) Object.assign(marks[i], { x: left + wide / W2 / 2, y: top });
  }
  // The bar of the colours keeps its length, and what stands below it its distance.
  const right = v => 1 + (v - 1) * W / W2, up = v => bar.y + (v - bar.y) * H / H2;
  Object.assign(bar, { x: right(bar.x), len: bar.len * H / H2 });
  for (const mark of marks.slice(named ? n : 0)) Object.assign(mark, { x: right(mark.x), y: up(mark.y) });
  for (const s of layout.shapes || [])
    if (s.xref == 'paper' && s.path) s.path = s.path.replace(/([-\d.]+),([-\d.]+)/g, (_, a, b) => right(+a) + ',' + up(+b));
    else if (s.xref == 'paper') Object.assign(s, { x0: right(s.x0), x1: right(s.x1), y0: up(s.y0), y1: up(s.y1) });
  layout.width += W2 - W;
  layout.height += H2 - H;
  box.style.minWidth = 0;
  box.style.minHeight = layout.height * room / layout.width + 'px';
  return layout;
};
