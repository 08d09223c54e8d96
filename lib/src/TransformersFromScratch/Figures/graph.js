// A graph whose boxes change from step to step. It works on the still picture itself: only texts and colours change. With controls.js.
(() => {
const w = window, d = document, name = 'tfsGraph1';
w[name] = w[name] || (() => {
  function start(box) {
    const all = JSON.parse(box.querySelector('script').textContent), svg = box.querySelector('svg');
    const nodes = [...svg.querySelectorAll('.tfs-node')], arrows = [...svg.querySelectorAll('.tfs-arrow')];
    const says = d.createElement('div');
    says.style.cssText = 'min-height:2.8em;margin:4px 0 0;font-size:14px;line-height:1.4';
    // On a narrow screen the graph alone scrolls, and what is said of it stays in sight.
    const lane = d.createElement('div');
    lane.style.overflowX = 'auto';
    svg.before(lane);
    lane.append(svg);
    svg.style.minWidth = box.style.minWidth;
    box.style.minWidth = 0;
    box.append(says);
    const mark = (e, on, color, wide, thin) => {
      e.setAttribute('stroke', on ? '#d55e00' : color);
      e.setAttribute('stroke-width', on ? wide : thin);
    };
    const show = at => {
      const stop = at.reduce((sum, s, i) => sum * all.controls[i].stops.length + s, 0), [active, text, texts] = all.steps[stop];
      nodes.forEach((e, i) => {
        mark(e, i == active, '#2b8cd6', 2.4, 1.2);
        e.setAttribute('fill', i == active ? '#d55e00' : '#2b8cd6');
        const lines = texts[i].split('\n');
        [0, 1].forEach(row => svg.querySelector(`[data-at="${i}-${row}"]`).textContent = lines[row] || '');
      });
      arrows.forEach(e => {
        mark(e, e.dataset.to == active, 'currentColor', 2.4, 1);
        e.setAttribute('opacity', e.dataset.to == active ? 1 : .55);
      });
      says.textContent = text;
      if (active >= 0) {
        const node = nodes[active].getBoundingClientRect(), seen = lane.getBoundingClientRect();
        lane.scrollLeft += Math.min(0, node.left - seen.left - 8) + Math.max(0, node.right - seen.right + 8);
      }
      svg.setAttribute('aria-label', all.names.map((n, i) => texts[i] && `${n}: ${texts[i].replace('\n', ', ')}`).filter(Boolean).join('; '));
      return text;
    };
    const at = all.controls.map(c => c.start);
    const controls = w.tfsControls1(all.controls, now => controls.say(show(now)));
    const shown = box.parentElement.querySelector('.tfs-shown');
    if (shown) shown.replaceWith(controls.bar);
    else box.before(controls.bar);
    show(at);
  }
  return () => d.querySelectorAll('.tfs-graph:not([data-live])').forEach(box => {
    box.dataset.live = '';
    setTimeout(() => start(box));
  });
})();
w[name]();
// Some hosts run scripts before they attach the output.
setTimeout(w[name]);
})();
