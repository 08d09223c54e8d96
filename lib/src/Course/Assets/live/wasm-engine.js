import { Engine } from './engine.js';

const long = 'Running … A page computes many times as slowly as your own machine: dotnet run --project lib/src/Course';
const patience = 5000; // milliseconds that a cell may take to stop
const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`;

// The engine in the page itself: .NET in WebAssembly, in a worker. Nothing of it is loaded before a cell is run.
export class WasmEngine extends Engine {
  #worker = null; #starting = null; #count = 0; #life = null;
  #asked = new Map(); // by number: done, failed, and on for a cell
  #queue = Promise.resolve(); #failures = 0;
  #signal = null; // an address that the running cell can read, until it is told to stop

  constructor() {
    super();
    this.isCheap = false;
    this.isSlow = true;
    const size = document.documentElement.dataset.engineSize;
    this.words = { off: `Cells run in this page: the first one that you run loads .NET, ${size}, once.` };
  }

  get life() { return this.#life; }

  start() {
    return this.#starting = this.#starting || this.#begin().catch(problem => {
      this.#end('off');
      this.words = { off: `.NET could not be loaded: ${problem.message}` };
      this.tell();
      throw problem;
    });
  }

  async resume() { return null; } // a page that is loaded anew has lost its worker

  // One cell after the other. When one fails, those that wait already are not run.
  execute(code, on) {
    const failures = this.#failures, life = this.#life;
    const run = this.#queue.then(async () => {
      if (this.#failures !== failures) return { status: 'aborted' };
      if (life && this.#life !== life) return { status: 'lost' };
      await this.start();
      this.state = 'busy';
      const slow = setTimeout(() => { this.words = { busy: long }; this.tell(); }, 10_000);
      const signal = this.#signal = URL.createObjectURL(new Blob(['go on']));
      const status = await this.#ask('execute', { code, signal }, on)
        .catch(() => { this.#end('dead'); return 'lost'; }) // the runtime itself has ended
        .finally(() => { clearTimeout(slow); URL.revokeObjectURL(signal); });
      if (this.words.busy) this.words = {};
      if (status !== 'lost') this.state = 'idle';
      if (status !== 'ok') this.#failures++;
      return { status };
    });
    this.#queue = run.catch(() => {});
    return run;
  }

  // The worker has one thread, and the cell holds it. A cell that looks whether it is to stop ends by itself, as all do
  // that turn a loop, train, or wait for an answer. For one that does not, the worker is ended.
  async interrupt() {
    if (this.state !== 'busy') return;
    const signal = this.#signal;
    URL.revokeObjectURL(signal);
    this.#ask('look').catch(() => {}); // for a cell that waits
    this.words = { busy: 'Stopping …' };
    this.tell();
    await new Promise(done => setTimeout(done, patience));
    if (this.state !== 'busy' || this.#signal !== signal) return; // it has ended, or another one runs
    this.#end('off');
    this.words = {
      off: 'Interrupted. The cell did not stop by itself, so .NET was ended, with all variables; your cells and ' +
        'changes stay. The next cell that you run starts it anew.',
    };
    this.tell();
  }

  async restart() {
    this.#end('starting');
    await this.start();
  }

  async complete(code, at) { return this.#ask('complete', { code, at }); }

  async inspect(code, at) { return this.#ask('inspect', { code, at }); }

  async #begin() {
    this.state = 'starting';
    this.words = { starting: 'Loading .NET …' };
    const worker = this.#worker = new Worker(new URL('../../engine/worker.js', import.meta.url), { type: 'module' });
    await new Promise((done, failed) => {
      worker.onerror = event => failed(new Error(event.message || 'this site has no folder engine'));
      worker.onmessage = ({ data }) => { this.#hear(data); done(); };
    });
    worker.onerror = event => { this.#end('dead'); console.error(event.message); };
    await this.#ask('start', { folder: '/course/notebooks' });
    this.#life = crypto.randomUUID();
    this.words = {};
    this.state = 'idle';
  }

  #ask(ask, more, on) {
    const id = ++this.#count;
    return new Promise((done, failed) => {
      if (!this.#worker) return failed(new Error('.NET is not loaded.'));
      this.#asked.set(id, { done, failed, on, ask });
      this.#worker.postMessage({ id, ask, ...more });
    });
  }

  #hear(data) {
    if (data.id) this.#answer(data);
    else if (data.run) this.#asked.get(data.run)?.on?.(data.type, data.content);
    else if (data.question) this.#question(data);
    else if (data.loaded) {
      this.words = { starting: `Loading .NET: ${megabytes(data.loaded)} of ${megabytes(data.of)} …` };
      if (data.loaded >= data.of) this.words = { starting: 'Starting .NET …' };
      this.tell();
    } else if (data.reading) {
      this.words = { busy: `Running … (fetching ${data.reading}, ${megabytes(data.bytes)})` };
      this.tell();
    } else if (data.read) {
      this.words = {};
      this.tell();
    }
  }

  #answer({ id, result, problem }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (!asked) return;
    if (problem === undefined) asked.done(result); else asked.failed(new Error(problem));
  }

  #question({ question, prompt, password }) {
    const running = [...this.#asked.values()].find(asked => asked.on);
    running?.on('input_request', {
      prompt, password,
      answer: text => this.#worker?.postMessage({ id: ++this.#count, ask: 'answer', question, text }),
    });
  }

  #end(state) {
    this.#worker?.terminate();
    this.#worker = this.#starting = this.#life = null;
    this.words = {};
    for (const { done, failed, ask } of this.#asked.values()) {
      if (ask === 'execute') done('lost'); else failed(new Error('.NET was ended.'));
    }
    this.#asked.clear();
    this.state = state;
  }
}
