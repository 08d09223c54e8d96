// Dark or light: what the reader chose last, else what the system prefers. Set before the page is drawn, so that it never flashes.
(function () {
  var root = document.documentElement, stored = null;
  try { stored = localStorage.getItem('theme'); } catch (e) { /* private windows may refuse */ }
  root.dataset.theme = stored || (window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('theme').addEventListener('click', function () {
      root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('theme', root.dataset.theme); } catch (e) { /* as above */ }
    });

    document.fonts.ready.then(fit);
    addEventListener('resize', fit);
    document.addEventListener('toggle', fit, true); // what was folded is measured when it is opened
    // Figures draw themselves late, and cells show something new: then the text is higher or lower than before.
    new ResizeObserver(function () { requestAnimationFrame(letScroll); }).observe(document.getElementById('content'));
    if (navigator.clipboard) document.querySelectorAll('pre.code').forEach(addCopy);
  });

  function fit() { fitFormulas(); letScroll(); }

  // What is wider than its place scrolls, and can be reached by Tab, so that the arrow keys scroll it: by a single
  // pixel, too, as Chromium counts.
  function letScroll() {
    document.querySelectorAll('.wide, .output, .output :is(div, figure), .katex-display, main pre').forEach(function (box) {
      var scrolls = box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (scrolls && !box.hasAttribute('tabindex')) { box.tabIndex = 0; box.dataset.scrolls = ''; }
      if (!scrolls && 'scrolls' in box.dataset) { box.removeAttribute('tabindex'); delete box.dataset.scrolls; }
    });
  }

  // A formula that is too wide and cannot be broken is written smaller; one that is much too wide scrolls.
  function fitFormulas() {
    document.querySelectorAll('.katex-display').forEach(function (box) {
      box.style.fontSize = '';
      if (box.scrollWidth > box.clientWidth) box.style.fontSize = Math.max(65, Math.floor(98 * box.clientWidth / box.scrollWidth)) + '%';
    });
  }

  function addCopy(pre) {
    var button = document.createElement('button');
    var box = document.createElement('div');
    box.className = 'code-box';
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(box.changed ? box.changed() : pre.querySelector('code').textContent).then(function () {
        button.textContent = 'Copied';
        setTimeout(function () { button.textContent = 'Copy'; }, 1500);
      });
    });
    pre.parentNode.insertBefore(box, pre);
    box.append(pre, button);
  }
})();
