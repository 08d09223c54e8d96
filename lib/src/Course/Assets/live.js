// A page whose server runs cells says so (data-engine); then, and only then, its cells become editors. A page that is
// opened as a file, or that lies on a plain host, stays as it is. What is loaded here is described in live/engine.js.
(function () {
  var here = document.currentScript.src;
  document.addEventListener('DOMContentLoaded', function () {
    var note = document.querySelector('[data-chapter]');
    if (!document.documentElement.dataset.engine) return;
    if (location.protocol !== 'file:') import(new URL('live/progress.js', here)).then(function (progress) { progress.showProgress(); });
    if (!note) return;
    if (location.protocol === 'file:') {
      note.textContent = 'This page was opened as a file, and a browser runs no cells in one. Put its folder behind a web ' +
        'server, or run on your own machine: dotnet run --project lib/src/Course';
      return;
    }
    import(new URL('live/page.js', here)).then(function (page) { page.begin(note.dataset.chapter); });
  });
})();
