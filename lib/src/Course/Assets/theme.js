// Dark or light: what the reader chose last, else what the system prefers. Set before the page is drawn, so that it never flashes.
(function () {
  var root = document.documentElement, stored = null;
  try { stored = localStorage.getItem('theme'); } catch (e) { /* private windows may refuse */ }
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  root.dataset.theme = stored || (dark.matches ? 'dark' : 'light');
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('theme').addEventListener('click', function () {
      root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('theme', root.dataset.theme); } catch (e) { /* as above */ }
      window.dispatchEvent(new Event('themechange'));
    });
  });
})();
