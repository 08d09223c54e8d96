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

    document.fonts.ready.then(fitFormulas);
    addEventListener('resize', fitFormulas);
    if (navigator.clipboard) document.querySelectorAll('pre.code').forEach(addCopy);
  });

  // A formula that is too wide and cannot be broken is written smaller; one that is much too wide scrolls.
  function fitFormulas() {
    document.querySelectorAll('.katex-display').forEach(function (box) {
      box.style.fontSize = '';
      if (box.scrollWidth > box.clientWidth + 1) box.style.fontSize = Math.max(65, Math.floor(98 * box.clientWidth / box.scrollWidth)) + '%';
    });
  }

  function addCopy(pre) {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(pre.querySelector('code').textContent).then(function () {
        button.textContent = 'Copied';
        setTimeout(function () { button.textContent = 'Copy'; }, 1500);
      });
    });
    var box = document.createElement('div');
    box.className = 'code-box';
    pre.parentNode.insertBefore(box, pre);
    box.append(pre, button);
  }
})();
