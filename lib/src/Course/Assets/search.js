// Search over the headings and the text of all pages, in the reader's own browser. The index (search-index.js, a script, as a page from
// a file may fetch nothing) is loaded when somebody searches for the first time. Every word must be found; it may be the start of one.
(function () {
  var root = new URL('..', document.currentScript.src).href, most = 20;
  var button = document.getElementById('find'), dialog, input, list, note, sections, wanted;

  button.addEventListener('click', open);
  addEventListener('keydown', function (event) {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || (dialog && dialog.open)) return;
    if (event.target.closest && event.target.closest('input, textarea, select, [contenteditable="true"]')) return;
    event.preventDefault();
    open();
  });

  function open() {
    if (!dialog) make();
    dialog.showModal();
    input.select();
    load().then(find, function () { note.textContent = 'The index of the search cannot be read: make the site anew.'; });
  }

  function close() {
    dialog.close();
    input.blur(); // else the closed field keeps the keys until the page is drawn again, and a quick / is lost
  }

  function make() {
    dialog = add(document.body, 'dialog', { class: 'search', 'aria-label': 'Search the course' });
    var box = add(dialog, 'div');
    input = add(box, 'input', { type: 'search', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'found', 'aria-autocomplete': 'list',
      'aria-label': 'Words to find', placeholder: 'Words of the course', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'go' });
    add(box, 'button', { type: 'button' }, 'Close').addEventListener('click', close);
    note = add(dialog, 'p', { role: 'status' });
    list = add(dialog, 'div', { id: 'found', role: 'listbox', 'aria-label': 'Places found' });
    input.addEventListener('input', function () { load().then(find, function () {}); });
    input.addEventListener('keydown', onKey);
    list.addEventListener('click', function (event) { if (event.target.closest('a')) close(); });
    dialog.addEventListener('click', function (event) { if (event.target === dialog) close(); }); // beside it
  }

  function load() {
    return wanted = wanted || new Promise(function (done, failed) {
      var script = document.createElement('script');
      script.src = root + 'assets/search-index.js';
      script.onload = function () { sections = prepared(window.courseIndex); done(); };
      script.onerror = function () { wanted = null; failed(); };
      document.head.append(script);
    });
  }

  // A row a section, with what is compared: small letters without accents, as long as the text itself.
  function prepared(index) {
    return index.flatMap(function (page, at) {
      return page[2].map(function (section) {
        var address = root + page[0] + (section[0] ? '#' + encodeURIComponent(section[0]) : '');
        return { at: at, address: address, page: page[1], heading: section[1] || page[1], text: section[2], isTop: !section[0],
          title: plain(page[1]), head: plain(section[1] || page[1]), body: plain(section[2]) };
      });
    });
  }

  function plain(text) {
    var bare = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return bare.length === text.length ? bare : text.toLowerCase();
  }

  function find() {
    var words = plain(input.value).split(/\s+/).filter(Boolean);
    var tests = words.map(function (word) {
      return new RegExp('(?<![\\p{L}\\p{N}])' + word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gu');
    });
    var found = !tests.length ? [] : sections.map(function (section) { return { section: section, worth: worth(section, words, tests) }; })
      .filter(function (each) { return each.worth > 0; })
      .sort(function (a, b) { return b.worth - a.worth || a.section.at - b.section.at; });
    note.textContent = !words.length ? 'Arrow keys choose, Enter opens, Escape closes.'
      : !found.length ? 'Nothing has all of these words. Try fewer, or the start of one.'
      : found.length > most ? 'The best ' + most + ' of ' + found.length + ' places' : found.length === 1 ? '1 place' : found.length + ' places';
    list.replaceChildren();
    list.scrollTop = 0;
    found.slice(0, most).forEach(function (each, i) { show(each.section, tests, i); });
    choose(0);
  }

  // Headings first: a word of a section's heading is worth more than any number of the same word below it.
  function worth(section, words, tests) {
    var sum = section.head === words.join(' ') ? 40 : 0;
    for (var i = 0; i < tests.length; i++) {
      var inHead = count(section.head, tests[i]), inTitle = count(section.title, tests[i]), inBody = count(section.body, tests[i]);
      if (!inHead && !inTitle && !inBody) return 0;
      sum += (inHead ? (section.isTop ? 14 : 12) : 0) + (inTitle ? 2 : 0) + Math.min(5, Math.log2(1 + inBody));
    }
    return sum;
  }

  function count(text, test) { return (text.match(test) || []).length; }

  function show(section, tests, i) {
    var link = add(list, 'a', { role: 'option', id: 'found-' + i, href: section.address, tabindex: '-1', 'aria-selected': 'false' });
    if (!section.isTop) add(link, 'small', {}, section.page);
    marked(add(link, 'b'), section.heading, section.head, tests);
    var first = Math.min.apply(null, tests.map(function (test) { return at(section.body, test); }));
    var from = first === Infinity || first < 70 ? 0 : section.text.indexOf(' ', first - 60) + 1, to = from + 170;
    var end = to >= section.text.length ? section.text.length : Math.max(section.text.lastIndexOf(' ', to), from + 80);
    var line = add(link, 'span');
    if (from) line.append('… ');
    marked(line, section.text.slice(from, end), section.body.slice(from, end), tests);
    if (end < section.text.length) line.append(' …');
  }

  function at(text, test) { var place = text.search(test); return place < 0 ? Infinity : place; }

  // A text with the words that were looked for marked.
  function marked(place, text, same, tests) {
    var hits = tests.flatMap(function (test) {
      return Array.from(same.matchAll(test), function (hit) { return [hit.index, hit.index + hit[0].length]; });
    }).sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    var done = 0;
    hits.forEach(function (hit) {
      if (hit[0] < done) return;
      place.append(text.slice(done, hit[0]));
      add(place, 'mark', {}, text.slice(hit[0], hit[1]));
      done = hit[1];
    });
    place.append(text.slice(done));
  }

  function onKey(event) {
    var links = list.children, now = Array.prototype.findIndex.call(links, function (a) { return a.getAttribute('aria-selected') === 'true'; });
    if (event.isComposing) return;
    if (event.key === 'Escape') { event.preventDefault(); close(); return; } // a search field would only be emptied
    if (!links.length) return;
    if (event.key === 'ArrowDown') choose((now + 1) % links.length);
    else if (event.key === 'ArrowUp') choose((now + links.length - 1) % links.length);
    else if (event.key === 'Enter') links[now].click();
    else return;
    event.preventDefault();
  }

  function choose(i) {
    Array.prototype.forEach.call(list.children, function (link, at) { link.setAttribute('aria-selected', String(at === i)); });
    var chosen = list.children[i];
    if (!chosen) { input.removeAttribute('aria-activedescendant'); return; }
    input.setAttribute('aria-activedescendant', chosen.id);
    chosen.scrollIntoView({ block: 'nearest' });
  }

  function add(parent, name, attributes, text) {
    var made = document.createElement(name);
    for (var key in attributes) made.setAttribute(key, attributes[key]);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }
})();
