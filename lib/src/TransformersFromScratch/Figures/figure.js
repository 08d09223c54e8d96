// Replaces the still picture of each figure on the page by a live Plotly chart. Every figure carries this text, so
// that it works alone; the first one to run defines the function, and all of them share one Plotly.
(function () {
  var w = window, d = document, name = 'tfsFigures1';
  w[name] = w[name] || (function () {
    // Where plotly.min.js may lie: where the page says, in Jupyter's files, and beside the page.
    function places() {
      var list = [], root = d.documentElement, hint = root.getAttribute('data-plotly');
      var file = 'lib/bin/plotly.min.js', config = d.getElementById('jupyter-config-data');
      if (hint) list.push(hint);
      var base = d.body.getAttribute('data-base-url') || (config && JSON.parse(config.textContent).baseUrl);
      if (base) {
        // /lab/tree/notebooks/x.ipynb, /lab/workspaces/a/tree/…, /notebooks/… : the page is not where its file is.
        base = new URL(base, location.href);
        var page = location.pathname.slice(base.pathname.length);
        var at = /^(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks|tree)\/(.*)$/.exec(page);
        if (at) list.push(new URL('../' + file, base.href + 'files/' + at[1]).href);
        list.push(base.href + 'files/' + file);
      }
      list.push('../' + file, '../../bin/plotly.min.js', file);
      if (navigator.onLine) list.push('https://cdn.plot.ly/plotly-2.28.0.min.js');
      return list;
    }
    function fetchFrom(url) {
      return new Promise(function (done, failed) {
        // Under require.js Plotly would register itself with `define` and never set window.Plotly.
        var script = d.createElement('script'), define = w.define;
        function end() {
          if (define) w.define = define;
          if (w.Plotly) done(w.Plotly); else failed(url);
        }
        if (define) w.define = undefined;
        script.onload = script.onerror = end;
        script.src = url;
        d.head.appendChild(script);
      });
    }
    function plotly() {
      if (w.Plotly) return Promise.resolve(w.Plotly);
      return w.tfsPlotly = w.tfsPlotly || places().reduce(function (before, url) {
        return before.catch(function () { return fetchFrom(url); });
      }, Promise.reject());
    }
    // Large heatmaps come as 16-bit steps in base64; and each cell learns the labels of its row and column.
    function unpack(trace) {
      if (trace.z && trace.z.bdata) {
        var bytes = atob(trace.z.bdata), size = trace.meta.columns.length, rows = trace.meta.rows.length;
        var value = function (i) {
          var n = bytes.charCodeAt(2 * i) + 256 * bytes.charCodeAt(2 * i + 1);
          if (n > 32767) n -= 65536;
          return n === -32768 ? null : +(n * trace.meta.step).toPrecision(4);
        };
        trace.z = Array.from({ length: rows }, function (_, r) {
          return Array.from({ length: size }, function (_, c) { return value(r * size + c); });
        });
      }
      if (trace.z) trace.customdata = trace.meta.rows.map(function (row) {
        return trace.meta.columns.map(function (column) { return row + ' → ' + column; });
      });
    }
    function start(Plotly, box) {
      var figure = JSON.parse(box.querySelector('script').textContent), still = box.querySelector('svg');
      var live = d.createElement('div');
      live.id = 'tfs-' + Math.random().toString(36).slice(2);
      live.className = 'tfs-live';
      live.setAttribute('role', 'img');
      live.setAttribute('aria-label', still.getAttribute('aria-label'));
      live.style.cssText = 'position:absolute;left:0;top:0;width:100%;height:100%';
      figure.data.forEach(unpack);
      var from = figure.layout, drawn = '';
      function draw() {
        var css = getComputedStyle(box), ink = css.color, size = box.clientWidth / from.width;
        var key = ink + box.clientWidth;
        if (!box.clientWidth || key === drawn) return;
        drawn = key;
        if (!live.parentNode) box.appendChild(live);
        var faint = function (a) { return ink.replace(/^rgba?\(([\d.]+,\s*[\d.]+,\s*[\d.]+).*/, 'rgba($1,' + a + ')'); };
        var font = { size: from.font.size * size, family: css.fontFamily, color: ink };
        var axis = { gridcolor: faint(.15), zerolinecolor: faint(.5), linecolor: faint(.35), title: { font: font }, automargin: false };
        var bar = { outlinecolor: faint(.35), outlinewidth: 1 };
        var scaled = { width: box.clientWidth, height: from.height * size, font: font, margin: {},
          template: { layout: { paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: faint(from.coloraxis ? .07 : 0), xaxis: axis, yaxis: axis,
            hovermode: 'closest', coloraxis: { colorbar: bar }, colorway: from.colorway, annotationdefaults: { font: font },
            legend: { bgcolor: 'rgba(0,0,0,0)', font: font } } } };
        for (var side in from.margin) scaled.margin[side] = from.margin[side] * size;
        var layout = JSON.parse(JSON.stringify(Object.assign({}, from, scaled)).replace(/"ink"/g, JSON.stringify(ink)));
        if (layout.coloraxis) layout.coloraxis.colorbar.thickness *= size;
        var data = JSON.parse(JSON.stringify(figure.data).replace(/"ink"/g, JSON.stringify(ink)));
        if (live.layout && live.layout.sliders) {
          layout.sliders[0].active = live.layout.sliders[0].active;
          data.forEach(function (trace, i) { trace.visible = live.data[i].visible; });
        }
        Plotly.react(live, data, layout, figure.config).then(function () { still.style.visibility = 'hidden'; });
      }
      new ResizeObserver(draw).observe(box);
      new MutationObserver(function () { setTimeout(draw, 400); }).observe(d.documentElement, { attributes: true });
      new MutationObserver(function () { setTimeout(draw, 400); }).observe(d.body, { attributes: true });
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { setTimeout(draw, 400); });
    }
    return function () {
      d.querySelectorAll('.tfs-box:not([data-live])').forEach(function (box) {
        box.setAttribute('data-live', '');
        plotly().then(function (Plotly) { setTimeout(function () { start(Plotly, box); }); }, function () { });
      });
    };
  })();
  w[name]();
  // Some hosts run scripts before they attach the output.
  setTimeout(w[name]);
})();
