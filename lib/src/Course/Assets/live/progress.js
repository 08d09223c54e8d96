// What the reader has done, below each chapter of the sidebar: cells run, which this browser keeps, and exercises solved, which the
// machine keeps, as `course progress` shows them.
const key = chapter => `run:${chapter}`;

const kept = chapter => {
  try { return JSON.parse(localStorage.getItem(key(chapter))) || { ids: [], of: 0 }; } catch { return { ids: [], of: 0 }; }
};

// A cell has run without an error; its chapter has so many.
export function noteRun(chapter, id, of) {
  const { ids } = kept(chapter);
  if (!ids.includes(id)) ids.push(id);
  try { localStorage.setItem(key(chapter), JSON.stringify({ ids, of })); } catch { /* private windows may refuse */ }
  return showProgress();
}

export async function showProgress() {
  let solved = {};
  try {
    const isServed = document.documentElement.dataset.engine === 'server'; // exercises are kept by the machine
    const answer = isServed && await fetch('/api/progress');
    if (answer && answer.ok) solved = await answer.json();
  } catch { /* the server has gone: the cells are shown all the same */ }
  for (const link of document.querySelectorAll('.sidebar > ol > li > a')) {
    const chapter = decodeURIComponent(link.pathname.split('/').pop()).replace(/\.html$/, '');
    const { ids, of } = kept(chapter + '.ipynb'), tasks = solved[chapter];
    let line = link.querySelector('.done');
    if (!ids.length && !(tasks && tasks.solved)) continue;
    if (!line) {
      line = document.createElement('span');
      line.className = 'done';
      link.append(line);
    }
    const parts = [];
    if (ids.length) parts.push(ids.length >= of ? 'all cells run' : `${ids.length} of ${of} cells run`);
    if (tasks && tasks.of) parts.push(`${tasks.solved} of ${tasks.of} solved`);
    line.textContent = parts.join(' · ');
    line.classList.toggle('all', Boolean(tasks && tasks.of && tasks.solved === tasks.of));
  }
}
