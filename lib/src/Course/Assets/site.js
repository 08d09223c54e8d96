// Dark or light: what the reader chose last, else what the system prefers. Set before the page is drawn, so that it never flashes.
(function () {
  var root = document.documentElement, stored = null, narrow = window.matchMedia('(max-width: 66rem)');
  try { stored = localStorage.getItem('theme'); } catch (e) { /* private windows may refuse */ }
  root.dataset.theme = stored || (window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('theme').addEventListener('click', function () {
      root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('theme', root.dataset.theme); } catch (e) { /* as above */ }
    });

    // A narrow screen has no room for the table of contents beside the text: it stands above, folded.
    var contents = document.querySelector('.contents details');
    if (contents && narrow.matches) contents.open = false;
    markWhereWeAre();
    document.fonts.ready.then(fitFormulas);
    addEventListener('resize', fitFormulas);
    if (navigator.clipboard) document.querySelectorAll('pre.code').forEach(addCopy);
  });

  // The section on the screen stands out in the table of contents.
  function markWhereWeAre() {
    var links = {};
    document.querySelectorAll('.contents a').forEach(function (a) { links[decodeURIComponent(a.hash.slice(1))] = a; });
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        for (var id in links) links[id].removeAttribute('aria-current');
        links[entry.target.id].setAttribute('aria-current', 'true');
      });
    }, { rootMargin: '-10% 0px -75% 0px' });
    for (var id in links) { var heading = document.getElementById(id); if (heading) seen.observe(heading); }
  }

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
