import { changedText, difference, isOfThis, keepChange } from './changes.js';
import { Output, element } from './output.js';

// One code cell of the page: its code, which becomes an editor when the reader enters it, its buttons, its outputs.
export class Cell {
  #page; #box; #pre; #editor = null; #making = null; #state; #diff; #buttons = {}; #committed;

  constructor(box, number, page) {
    this.#page = page;
    this.#box = box;
    this.number = number;
    this.id = box.dataset.cell;
    this.#pre = box.querySelector('pre.code');
    this.original = this.#pre.textContent;
    this.#committed = [...box.querySelectorAll(':scope > .output')];
    this.#makeBar();
    this.#makeEnterable();
    if (this.isChanged) this.#showText();
  }

  get text() {
    if (this.#editor) return this.#editor.text;
    const kept = changedText(this.#page.chapter, this.id);
    return kept ? kept.text : this.original;
  }

  get isChanged() { return this.text !== this.original; }

  get box() { return this.#box; }

  // Runs what stands in the cell now. Returns whether all went well.
  async run() {
    const output = new Output(this.#box);
    this.#say('Waiting …', 'wait');
    this.#mark([]);
    const errors = [];
    try {
      const started = performance.now();
      const work = this.#page.engine.execute(this.text, (kind, content) => {
        if (kind === 'error') errors.push(content);
        output.show(kind, content);
      }, this.id);
      const isWaiting = () => this.#state.dataset.state === 'wait';
      this.#page.engine.start().then(() => isWaiting() && this.#say('Running …', 'run'), () => {});
      return this.#ended(await work, errors, output, started);
    } catch (problem) {
      return this.#failed(problem, output);
    }
  }

  // Goes on showing a run that an earlier visit of the page has begun.
  async follow(id) {
    const output = new Output(this.#box), errors = [];
    this.#say('Running …', 'run');
    const result = await this.#page.engine.follow(id, (kind, content) => {
      if (kind === 'error') errors.push(content);
      output.show(kind, content);
    }, this.id);
    this.#ended(result, errors, output, null);
  }

  takeBack() {
    keepChange(this.#page.chapter, this.id, this.original, this.original);
    if (this.#editor) this.#editor.text = this.original;
    for (const output of this.#box.querySelectorAll(':scope > .output')) output.remove();
    let last = this.#diff;
    for (const output of this.#committed) { output.classList.remove('old'); last.after(output); last = output; }
    this.#mark([]);
    this.#say('');
    this.#showText();
  }

  // Writes a text in the place of what stands there, as an edit of the reader's, and shows what it has changed.
  async write(text) {
    (await this.#edit()).text = text;
    if (this.isChanged && this.#diff.hidden) this.#toggleDiff();
    this.#buttons.run.focus(); // what was pressed may be gone
  }

  // Puts something below the cell's buttons, before its outputs.
  below(line) { this.#diff.before(line); }

  // Says something beside the cell's buttons.
  note(text) { this.#say(text, 'note'); }

  // Another tab has changed this cell.
  refresh() {
    const kept = changedText(this.#page.chapter, this.id);
    if (this.#editor) this.#editor.text = kept ? kept.text : this.original;
    this.#showText();
  }

  async enter(point) {
    const editor = await this.#edit();
    editor.focus(point);
  }

  #makeBar() {
    const button = (label, work, title) => {
      const made = element('button', { type: 'button', title: title || '' }, label);
      made.addEventListener('click', work);
      return made;
    };
    const b = this.#buttons = {
      run: button('▶ Run', () => this.#page.run([this]), 'Shift-Enter in the code'),
      above: button('Run all above', () => this.#page.runAbove(this)),
      diff: button('What I changed', () => this.#toggleDiff()),
      back: button('Back to the original', () => this.takeBack()),
    };
    b.run.className = 'live-run';
    b.run.setAttribute('aria-label', `Run cell ${this.number}`);
    this.#state = element('span', { class: 'live-state', role: 'status' });
    this.#diff = element('pre', { class: 'live-diff', hidden: '' });
    const bar = element('div', { class: 'live-bar' }, b.run, b.above, b.diff, b.back, this.#state,
      element('span', { class: 'live-keys' }, 'Escape, then Tab: out of the editor'));
    const around = this.#pre.closest('.code-box');
    if (around) around.changed = () => this.text; // what its copy button copies
    (around || this.#pre).after(bar);
    bar.after(this.#diff);
    if (this.number === 1) b.above.remove();
    this.#showChange();
  }

  // The code stays what the page has drawn until somebody wants to write in it: a page of a hundred cells opens as fast
  // as one of three.
  #makeEnterable() {
    const pre = this.#pre;
    pre.tabIndex = 0;
    pre.setAttribute('role', 'group');
    pre.setAttribute('aria-label', `Code of cell ${this.number}. Press Enter to edit it, Shift-Enter to run it.`);
    pre.addEventListener('click', event => {
      if (String(getSelection())) return; // the reader marks something
      this.enter({ x: event.clientX, y: event.clientY });
    });
    pre.addEventListener('keydown', event => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      if (event.shiftKey || event.ctrlKey || event.metaKey) this.#page.run([this]); else this.enter();
    });
  }

  #edit() {
    return this.#making = this.#making || (async () => {
      const { Editor } = await import('./editor.js');
      const place = element('div', { class: 'code live-editor' });
      const engine = this.#page.engine, isIdle = () => engine.state === 'idle'; // it answers one after the other
      this.#editor = new Editor(place, this.text, `Code of cell ${this.number}. Escape, then Tab leaves it.`, {
        changed: () => {
          keepChange(this.#page.chapter, this.id, this.#editor.text, this.original);
          this.#showChange();
        },
        run: () => this.#page.run([this]),
        complete: (code, at) => isIdle() ? engine.complete(code, at) : null,
        inspect: async (code, at) => isIdle() ? engine.inspect(code, at) : null,
      });
      this.#pre.replaceWith(place);
      if (engine.isCheap) engine.start().catch(() => {}); // it is ready, or nearly, when the cell is run; the bar says what is wrong
      return this.#editor;
    })();
  }

  #showText() {
    if (!this.#editor) {
      if (this.isChanged) this.#edit();
    }
    this.#showChange();
  }

  #showChange() {
    const kept = changedText(this.#page.chapter, this.id), changed = this.isChanged;
    this.#box.classList.toggle('changed', changed);
    this.#buttons.diff.hidden = this.#buttons.back.hidden = !changed;
    if (!changed) this.#diff.hidden = true;
    if (!this.#diff.hidden) this.#drawDiff();
    if (changed && kept && !isOfThis(kept, this.original)) this.#say('The course has changed this cell, too.', 'note');
    this.#page.countChanges();
  }

  #toggleDiff() {
    this.#diff.hidden = !this.#diff.hidden;
    if (!this.#diff.hidden) this.#drawDiff();
  }

  #drawDiff() {
    const names = { ' ': 'same', '-': 'gone', '+': 'new' };
    this.#diff.replaceChildren(...difference(this.original, this.text).map(([sign, text]) =>
      element('span', { class: names[sign] }, `${sign} ${text}\n`)));
  }

  #ended({ status }, errors, output, started) {
    output.end();
    const time = started ? ` in ${seconds(performance.now() - started)}` : '';
    if (status === 'ok') {
      this.#page.markRun(this);
      this.#say(`Done${time}`, 'ok');
    } else if (status === 'aborted') this.#say('Not run: a cell before it has failed', 'note');
    else if (status === 'lost') this.#say('Not finished: the kernel has ended', 'bad');
    else {
      this.#say('Stopped' + time, 'bad');
      this.#mark(errors.flatMap(places));
      this.#hint(errors, output);
    }
    return status === 'ok';
  }

  #failed(problem, output) {
    output.end();
    const gone = problem instanceof TypeError;
    this.#say(gone ? 'The server does not answer' : 'The kernel has not started', 'bad');
    output.say(gone ? 'Start it again: dotnet run --project lib/src/Course. Your changes are kept.' : problem.message);
    return false;
  }

  // A name that is not there is most often one of a cell above that has not run.
  #hint(errors, output) {
    if (!errors.some(error => /\bCS0(103|246|234)\b/.test(error.evalue))) return;
    const missing = this.#page.cells.slice(0, this.number - 1).filter(cell => !this.#page.ran.has(cell.id)).length;
    if (!missing) return;
    const button = element('button', { type: 'button' }, 'Run all above, then this');
    button.addEventListener('click', () => this.#page.runAbove(this, true));
    output.say(`${missing === 1 ? 'One cell' : `${missing} cells`} above this one ${missing === 1 ? 'has' : 'have'} ` +
      'not run in this kernel. ', button);
  }

  async #mark(errors) {
    if (errors.length || this.#editor) (await this.#edit()).mark(errors);
  }

  #say(text, state = '') {
    this.#state.textContent = text;
    this.#state.dataset.state = state;
  }
}

// The lines that an error names: "(3,14): error CS0103: …" of the compiler, "at the cell, cell 7 line 3" at run time.
function places({ ename, evalue, traceback }) {
  return traceback.flatMap(line => {
    const compiler = /^\((\d+),(\d+)\): (error .*)/.exec(line);
    if (compiler) return [{ line: +compiler[1], column: +compiler[2], message: compiler[3] }];
    const thrown = /^\s+at the cell, cell \d+ line (\d+)/.exec(line);
    return thrown ? [{ line: +thrown[1], message: `${ename}: ${evalue}` }] : [];
  });
}

const seconds = time => time < 10_000 ? `${(time / 1000).toFixed(1)} s` : `${Math.round(time / 1000)} s`;
