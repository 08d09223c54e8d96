import { Cell } from './cell.js';
import { onOtherTab } from './changes.js';
import { element } from './output.js';
import { sayTimes } from './page-times.js';
import { noteRun } from './progress.js';
import { ServerEngine } from './server-engine.js';
import { WasmEngine } from './wasm-engine.js';

const words = {
  off: 'The kernel starts with the first cell that you run.', starting: 'The kernel starts …', idle: 'Ready',
  busy: 'Running …', dead: 'The kernel has ended. The next cell starts it anew, without variables.',
  unreachable: 'The server does not answer. Start it again: dotnet run --project lib/src/Course',
};

// Makes the page of a chapter live.
export async function begin(chapter) {
  const isServed = document.documentElement.dataset.engine === 'server';
  const page = new Page(chapter, isServed ? new ServerEngine(chapter) : new WasmEngine());
  await page.resume();
}

class Page {
  ran = new Set(); // ids of the cells that this tab has run in this life of the kernel
  #sayTimes = () => {}; // drawn anew when a cell has changed
  #life = null; #stopped = false; #bar; #state; #buttons; #changes;

  constructor(chapter, engine) {
    this.chapter = chapter;
    this.engine = engine;
    this.cells = [];
    this.#makeBar();
    for (const box of document.querySelectorAll('main > .cell[data-cell]')) {
      this.cells.push(new Cell(box, this.cells.length + 1, this));
    }
    for (const note of document.querySelectorAll('[data-chapter]')) {
      note.textContent = 'This page is live: change any code, press ▶ Run or Shift-Enter, and see what it does. ' +
        'Your changes stay in this browser.';
    }
    if (engine.isSlow) this.#sayTimes = sayTimes(this);
    this.countChanges();
    engine.addEventListener('state', () => this.#showState());
    onOtherTab(chapter, id => this.cells.find(cell => cell.id === id)?.refresh());
    this.#showState();
  }

  // After the page was loaded anew: what runs is still shown where it belongs.
  async resume() {
    try {
      const running = await this.engine.resume();
      for (const { id, name } of running || []) this.cells.find(cell => cell.id === name)?.follow(id);
      if (running) await this.engine.start();
    } catch { /* the bar says what is wrong */ }
  }

  // Runs cells one after the other, until one fails.
  async run(cells) {
    this.#stopped = false;
    for (const cell of cells) {
      if (this.#stopped || !await cell.run()) return false;
    }
    return true;
  }

  async runAbove(cell, andItself = false) {
    return this.run(this.cells.slice(0, cell.number - (andItself ? 0 : 1)));
  }

  markRun(cell) {
    this.ran.add(cell.id);
    noteRun(this.chapter, cell.id, this.cells.length);
    try { sessionStorage.setItem('ran:' + this.#life, JSON.stringify([...this.ran])); } catch { /* as elsewhere */ }
  }

  countChanges() {
    const changed = this.cells.filter(cell => cell.isChanged);
    this.#changes.hidden = !changed.length;
    this.#changes.textContent = changed.length === 1 ? '1 cell changed' : `${changed.length} cells changed`;
    this.#buttons.back.hidden = !changed.length;
    this.#sayTimes();
  }

  #makeBar() {
    const button = (label, work) => {
      const made = element('button', { type: 'button' }, label);
      made.addEventListener('click', () => Promise.resolve(work()).catch(problem => this.#say(problem.message)));
      return made;
    };
    let next = 0;
    const b = this.#buttons = {
      all: button('Run all', () => this.run(this.cells)),
      interrupt: button('■ Interrupt', () => { this.#stopped = true; return this.engine.interrupt(); }),
      restart: button('Restart', () => { this.#stopped = true; return this.engine.restart(); }),
      back: button('All back to the original', () => this.cells.filter(cell => cell.isChanged)
        .forEach(cell => cell.takeBack())),
    };
    this.#changes = button('', () => {
      const changed = this.cells.filter(cell => cell.isChanged), cell = changed[next++ % changed.length];
      cell.box.scrollIntoView({ block: 'center' });
    });
    this.#changes.title = 'Go to the next of them';
    this.#state = element('span', { class: 'live-state', role: 'status' });
    this.#bar = element('section', { class: 'live-foot', id: 'kernel', tabindex: '-1', 'aria-label': 'Kernel' },
      this.#state, this.#changes, b.back, b.all, b.interrupt, b.restart);
    document.body.append(this.#bar);
    // The bar is the page's end: nobody need tab through all of its cells to interrupt one.
    document.querySelector('.skip')?.after(element('a', { class: 'skip', href: '#kernel' }, 'Skip to the kernel'));
    document.body.classList.add('live');
  }

  #showState() {
    const { state, life } = this.engine;
    if (life !== this.#life) {
      this.#life = life;
      this.ran = new Set(life ? JSON.parse(sessionStorage.getItem('ran:' + life) || '[]') : []);
    }
    this.#say(this.engine.words[state] || words[state] || state);
    this.#bar.dataset.state = state;
    this.#buttons.interrupt.disabled = state !== 'busy';
    this.#buttons.restart.disabled = state === 'off' || state === 'unreachable';
  }

  #say(text) { this.#state.textContent = text; }
}
