// The sidebar: it marks the section that is on the screen and, where there is no room beside the text, opens by a button.
(function () {
  var bar = document.getElementById('sidebar'), button = document.getElementById('menu');
  if (!bar) { button.hidden = true; return; }
  var root = document.documentElement, main = document.getElementById('content');
  var links = bar.querySelectorAll('a[href^="#"]'), sections = [], waiting = false;
  links.forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) sections.push({ link: link, heading: heading });
  });

  // The section that is being read is the last whose heading has passed the upper third of the window.
  function mark() {
    waiting = false;
    var here = null, atEnd = innerHeight + scrollY >= root.scrollHeight - 2;
    sections.forEach(function (each) {
      if (each.heading.getBoundingClientRect().top < innerHeight * (atEnd ? 1 : .33)) here = each.link;
    });
    links.forEach(function (link) {
      if (link === here) link.setAttribute('aria-current', 'location'); else link.removeAttribute('aria-current');
    });
    show(here);
  }

  // Scrolls the list, and nothing else, so far that a link of it can be seen.
  function show(link) {
    if (!link || bar.matches(':hover, :focus-within')) return;
    var place = link.getBoundingClientRect(), room = bar.getBoundingClientRect();
    if (place.top < room.top || place.bottom > room.bottom) bar.scrollTop += place.top - room.top - room.height / 3;
  }

  function isDrawer() { return getComputedStyle(bar).position === 'fixed'; }

  // The rest of the page is out of reach meanwhile, for Tab and for those who listen.
  function open(yes) {
    root.toggleAttribute('data-sidebar', yes);
    button.setAttribute('aria-expanded', String(yes));
    main.inert = yes;
    if (yes) (bar.querySelector('[aria-current]') || bar.querySelector('a')).focus();
  }

  function isOpen() { return root.hasAttribute('data-sidebar'); }

  button.addEventListener('click', function () { open(!isOpen()); });
  addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && isOpen()) { open(false); button.focus(); }
  });
  document.addEventListener('click', function (event) {
    if (isOpen() && !button.contains(event.target) && (event.target.closest('a') || !bar.contains(event.target))) {
      open(false);
    }
  });
  addEventListener('resize', function () { if (isOpen() && !isDrawer()) open(false); });
  addEventListener('scroll', function () {
    if (!waiting) { waiting = true; requestAnimationFrame(mark); }
  }, { passive: true });
  show(bar.querySelector('[aria-current]'));
  mark();
})();
