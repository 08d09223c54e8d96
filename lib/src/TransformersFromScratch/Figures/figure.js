// Replaces the still picture of each figure on the page by a live Plotly chart, with the figure's controls. Every figure carries this text
// (without comments), so that each works alone; the first to run defines the function, and all share one Plotly.
(() => {
const w = window, d = document, name = 'tfsFigures2';
w[name] = w[name] || (() => {
  // Where plotly.min.js may lie: where the page says, in Jupyter's files, beside the page. Never on the network.
  function places() {
    const file = 'lib/bin/plotly.min.js', list = [], hint = d.documentElement.dataset.plotly;
    if (hint) list.push(hint);
    const config = d.getElementById('jupyter-config-data');
    let base = d.body.dataset.baseUrl || config && JSON.parse(config.textContent).baseUrl;
    if (base) {
      // /lab/tree/notebooks/x.ipynb, /lab/workspaces/a/tree/…, /notebooks/…: the page is not where its file is.
      base = new URL(base, location);
      const at = /^(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks|tree)\/(.*)$/.exec(location.pathname.slice(base.pathname.length));
      if (at) list.push(new URL('../' + file, base.href + 'files/' + at[1]).href);
      list.push(base.href + 'files/' + file);
    }
    list.push('../' + file, '../../bin/plotly.min.js', file);
    return list;
  }
  const load = url => new Promise((done, failed) => {
    // Under require.js Plotly would register itself with `define` and never set window.Plotly.
    const script = d.createElement('script'), define = w.define;
    const end = () => {
      if (define) w.define = define;
      w.Plotly ? done(w.Plotly) : failed(url);
    };
    if (define) w.define = undefined;
    script.onload = script.onerror = end;
    script.src = url;
    d.head.append(script);
  });
  // Plotly writes grey upon bright cells; black is easier to read.
  const style = d.createElement('style');
  style.textContent = '.tfs-live .heatmap-label text[style*="68, 68, 68"]{fill:#000!important}';
  d.head.append(style);
  const plotly = () => w.Plotly ? Promise.resolve(w.Plotly) : w.tfsPlotly = w.tfsPlotly ||
    places().reduce((before, url) => before.catch(() => load(url)), Promise.reject());
  // Large heatmaps come as whole steps of one or two bytes; each cell learns its labels; a gap shows no number.
  function unpack(t, _, all) {
    if (!t.meta) return;
    const m = { ...all[0].meta, ...t.meta };
    if (t.z.bdata) {
      const b = Uint8Array.from(atob(t.z.bdata), c => c.charCodeAt(0)).buffer, n = m.columns.length;
      const q = t.z.dtype == 'i1' ? new Int8Array(b) : new Int16Array(b);
      t.z = m.rows.map((_, r) => m.columns.map((_, c) => q[r * n + c] == m.gap ? null : +(m.zero + q[r * n + c] * m.step).toPrecision(m.digits)));
    }
    t.customdata = m.rows.map(r => m.columns.map(c => r + ' → ' + c));
    if ('decimals' in m) t.text = t.z.map(r => r.map(v => typeof v == 'number' ? (+v.toFixed(m.decimals) || 0).toFixed(m.decimals).replace('-', '−') : ''));
  }
  const width = (text, size) => {
    const pen = w.tfsPen = w.tfsPen || d.createElement('canvas').getContext('2d');
    pen.font = size + 'px sans-serif';
    return pen.measureText(text.replace(/<[^>]*>/g, '')).width;
  };
  // A heatmap's cells shrink with a narrow box; its words do not below ten pixels, as long as there is room for them.
  function fitMap(layout, data, scale) {
    const m = layout.margin, across = layout.width - m.l - m.r, down = layout.height - m.t - m.b;
    let pitch = 99;
    for (const name in layout) {
      const axis = layout[name], ticks = /^[xy]axis/.test(name) && axis.tickvals;
      if (ticks && ticks[1]) pitch = Math.min(pitch, (ticks[1] - ticks[0]) * scale * (axis.domain[1] - axis.domain[0]) * (name[0] == 'x' ? across : down) / Math.abs(axis.range[1] - axis.range[0]));
    }
    const size = Math.max(layout.font.size * scale, Math.min(10, layout.font.size, .9 * pitch)), grown = size / layout.font.size;
    layout.font.size = size;
    for (const side in m) m[side] *= grown;
    layout.coloraxis.colorbar.thickness *= grown;
    const first = layout.xaxis.domain, room = (layout.width * scale - m.l - m.r) * (first[1] - first[0]);
    for (const t of data)
      if (t.text && width(t.text.flat().reduce((a, b) => a.length < b.length ? b : a, ''), size) + 2 > room / t.text[0].length) t.texttemplate = '';
  }
  // A chart of lines or bars keeps the size of its words; on a narrow box its legend has more rows, and the axes fewer ticks.
  function fitChart(layout, data, room) {
    const size = layout.font.size, names = data.filter(t => t.showlegend).map(t => 46 + width(t.name, size));
    const rows = across => names.reduce((s, n) => s + n, 0) <= across ? 1 : Math.ceil(names.length / Math.max(1, Math.floor(across / Math.max(...names))));
    const before = layout.margin.l + layout.margin.r;
    const more = names.length ? Math.max(0, 12 + 20 * rows(room - before) - layout.margin.t) : 0;
    layout.margin.t += more;
    for (const axis of [layout.xaxis, layout.yaxis]) {
      axis.automargin = true;
      if (axis == layout.xaxis && axis.nticks) axis.nticks = Math.min(axis.nticks, Math.max(2, Math.floor((room - before) / 40)));
    }
    const x = layout.xaxis, widest = x.ticktext && !x.type ? Math.max(...x.ticktext.map(t => width(t, size))) : 0;
    if (widest + 4 > (room - before) / (x.ticktext || [1]).length && !x.tickangle) x.tickangle = -45;
    if (x.type && x.tickvals) {
      const keep = Math.ceil(40 * x.tickvals.length / (room - before));
      x.ticktext = x.ticktext.map((t, i) => i % keep ? '' : t);
    }
    return more;
  }
  function start(Plotly, box) {
    const all = JSON.parse(box.querySelector('script').textContent), base = all.layout;
    // An earlier figure may have found this one before its own scripts ran.
    if (all.stops && !w.tfsStops1) return setTimeout(start, 100, Plotly, box);
    const still = box.querySelector('svg'), live = d.createElement('div'), figure = box.parentElement;
    live.id = 'tfs' + Math.random().toString(36).slice(2);
    live.className = 'tfs-live';
    live.setAttribute('role', 'img');
    live.setAttribute('aria-label', still.getAttribute('aria-label'));
    live.style.cssText = 'position:absolute;inset:0';
    // A chart of its own, that Plotly may change: the stored one, once changed as one likes.
    const whole = change => {
      const chart = JSON.parse(JSON.stringify({ data: all.data, layout: base }));
      if (change) change(chart);
      chart.data.forEach(unpack);
      return chart;
    };
    let drawn = '';
    let chart = all.stops ? w.tfsStops1(all, figure, live, whole, next => { chart = next; draw(true); }) : whole();
    // Draws at the size and in the colours that the page has now.
    function draw(again) {
      const { color: ink, fontFamily: family } = getComputedStyle(box), width = box.clientWidth;
      if (!width || again !== true && drawn == ink + width) return;
      drawn = ink + width;
      box.append(live);
      const faint = a => ink.replace(/^rgba?\(([\d.]+,\s*[\d.]+,\s*[\d.]+).*/, `rgba($1,${a})`), clear = 'rgba(0,0,0,0)';
      const { data: traces, layout } = JSON.parse(JSON.stringify(chart).replace(/"ink"/g, JSON.stringify(ink)));
      // On the site, which is what a phone reads, several heatmaps stand in fewer columns where there is little room (fold.js).
      const size = w.tfsFold && w.tfsFold(layout, box) || base;
      let height = size.height * width / size.width;
      if (layout.coloraxis) fitMap(layout, traces, width / size.width);
      else {
        // As high as its picture, or as the box is at least; the further rows of a legend come on top.
        height = Math.max(height, Math.min(260, base.height)) + (width < base.width && fitChart(layout, traces, width) || 0);
        box.style.minHeight = height + 'px';
      }
      const font = { size: layout.font.size, family, color: ink };
      const axis = { gridcolor: faint(.15), zerolinecolor: faint(.5), linecolor: faint(.35), ticks: '', title: { font } };
      Object.assign(layout, { width, height, font, uirevision: 1, dragmode: base.coloraxis || navigator.maxTouchPoints ? false : 'zoom', template: { layout: {
        paper_bgcolor: clear, plot_bgcolor: base.coloraxis ? faint(.07) : clear, hovermode: 'closest', hoverlabel: { font: { family } }, xaxis: axis, yaxis: axis,
        annotationdefaults: { font }, legend: { bgcolor: clear, tracegroupgap: 0 },
        coloraxis: { colorbar: { outlinecolor: faint(.35), outlinewidth: 1, ticks: '' } } } } });
      return Plotly.react(live, traces, layout, all.config).then(() => still.style.visibility = 'hidden');
    }
    new ResizeObserver(() => draw()).observe(box);
    // A page may change between light and dark, and fade while it does.
    const later = () => setTimeout(draw, 400), watch = new MutationObserver(later);
    watch.observe(d.documentElement, { attributes: true });
    watch.observe(d.body, { attributes: true });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', later);
  }
  return () => d.querySelectorAll('.tfs-box:not([data-live])').forEach(box => {
    box.dataset.live = '';
    plotly().then(Plotly => setTimeout(() => start(Plotly, box)), () => { });
  });
})();
w[name]();
// Some hosts run scripts before they attach the output.
setTimeout(w[name]);
})();
