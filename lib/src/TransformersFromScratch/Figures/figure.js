// Replaces the still picture of each figure on the page by a live Plotly chart. Every figure carries this text
// (without comments), so that each works alone; the first to run defines the function, and all share one Plotly.
(() => {
const w = window, d = document, name = 'tfsFigures1';
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
    if ('decimals' in m) t.text = t.z.map(r => r.map(v => isFinite(v) ? v.toFixed(m.decimals) : ''));
  }
  function start(Plotly, box) {
    const { data, layout: base, config } = JSON.parse(box.querySelector('script').textContent);
    const still = box.querySelector('svg'), live = d.createElement('div');
    live.id = 'tfs' + Math.random().toString(36).slice(2);
    live.className = 'tfs-live';
    live.style.cssText = 'position:absolute;inset:0';
    data.forEach(unpack);
    let last = '';
    // Draws at the size and in the colours that the page has now.
    function draw() {
      const { color: ink, fontFamily: family } = getComputedStyle(box), width = box.clientWidth, size = width / base.width;
      if (!width || last == ink + width) return;
      last = ink + width;
      box.append(live);
      const faint = a => ink.replace(/^rgba?\(([\d.]+,\s*[\d.]+,\s*[\d.]+).*/, `rgba($1,${a})`), clear = 'rgba(0,0,0,0)';
      const font = { size: base.font.size * size, family, color: ink };
      const axis = { gridcolor: faint(.15), zerolinecolor: faint(.5), linecolor: faint(.35), ticks: '', title: { font } };
      const painted = o => JSON.parse(JSON.stringify(o).replace(/"ink"/g, JSON.stringify(ink)));
      const layout = painted({ ...base, width, height: base.height * size, font, dragmode: base.coloraxis || navigator.maxTouchPoints ? false : 'zoom', template: { layout: {
        paper_bgcolor: clear, plot_bgcolor: base.coloraxis ? faint(.07) : clear, hovermode: 'closest', hoverlabel: { font: { family } }, xaxis: axis, yaxis: axis,
        annotationdefaults: { font }, legend: { bgcolor: clear, tracegroupgap: 0 },
        coloraxis: { colorbar: { outlinecolor: faint(.35), outlinewidth: 1, ticks: '' } },
        sliderdefaults: { bgcolor: faint(.3), activebgcolor: faint(.6), bordercolor: faint(.3), tickcolor: faint(.5) } } } });
      for (const side in layout.margin) layout.margin[side] *= size;
      if (layout.coloraxis) layout.coloraxis.colorbar.thickness *= size;
      const traces = painted(data);
      if (layout.sliders && live.layout) {
        layout.sliders[0].active = live.layout.sliders[0].active;
        traces.forEach((t, i) => t.visible = live.data[i].visible);
      }
      Plotly.react(live, traces, layout, config).then(() => still.style.visibility = 'hidden');
    }
    new ResizeObserver(draw).observe(box);
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
