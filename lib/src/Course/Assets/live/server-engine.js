import { Engine } from './engine.js';

const base = new URL('../../', import.meta.url);

// The engine behind 'course open': a kernel of the reader's machine, by Jupyter Server's interface.
export class ServerEngine extends Engine {
  #path; #session; #kernel = null; #socket = null; #starting = null; #count = 0; #pause = 500;
  #asked = new Map(); // by the id of the message: on, done, and what of its end has come

  constructor(path) {
    super();
    this.#path = path;
    // A tab keeps its name when it is loaded anew, and gets what it has missed.
    this.#session = stored('session') || keep('session', crypto.randomUUID());
  }

  get life() { return this.#kernel && this.#kernel + '/' + (stored('lives:' + this.#kernel) || 0); }

  start() {
    if (this.state === 'dead') return this.restart();
    return this.#starting = this.#starting || this.#begin().catch(problem => {
      this.#starting = null;
      this.state = problem instanceof TypeError ? 'unreachable' : 'off';
      throw problem;
    });
  }

  // What an earlier visit of this page has asked for, if its kernel is still there: { id, name } of cells that may be
  // running. Whoever knows how to show them calls follow(id, on, name) for each, and then start(). Null if there is none.
  async resume() {
    const all = await this.#ask('GET', 'sessions');
    if (!all.some(session => session.path === this.#path)) return null;
    return JSON.parse(stored('running') || '[]');
  }

  follow(id, on, name) {
    return new Promise(done => this.#expect(id, { on, done, name, cell: true, followed: true }));
  }

  async execute(code, on, name) {
    await this.start();
    return this.#request('execute_request', {
      code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true,
    }, on, name);
  }

  async interrupt() {
    if (this.#kernel) await this.#ask('POST', `kernels/${this.#kernel}/interrupt`);
  }

  async restart() {
    if (!this.#kernel) return this.start();
    this.state = 'starting';
    this.#lose();
    try {
      await this.#ask('POST', `kernels/${this.#kernel}/restart`);
      this.state = 'idle';
    } catch (problem) {
      this.state = problem instanceof TypeError ? 'unreachable' : 'dead';
      throw problem;
    }
  }

  async complete(code, at) {
    const { content: c } = await this.#request('complete_request', { code, cursor_pos: points(code, at) });
    const types = (c.metadata || {})._jupyter_types_experimental || [];
    return {
      from: units(code, c.cursor_start), to: units(code, c.cursor_end),
      options: c.matches.map((label, i) => ({ label, type: types[i] && types[i].type })),
    };
  }

  async inspect(code, at) {
    const asked = { code, cursor_pos: points(code, at), detail_level: 0 };
    const { content } = await this.#request('inspect_request', asked);
    return content.found ? content.data['text/plain'] : null;
  }

  async #begin() {
    this.state = 'starting';
    const session = await this.#ask('POST', 'sessions', {
      path: this.#path, name: this.#path, type: 'notebook', kernel: { name: 'transformers-csharp' },
    });
    this.#kernel = session.kernel.id;
    await this.#connect();
    this.state = session.kernel.execution_state; // busy, where another tab or an earlier visit runs a cell
    // Answered in its turn: what an earlier visit asked for has been answered then, or never will be.
    this.#request('kernel_info_request', {}).then(() => this.#lose(asked => asked.followed));
  }

  #connect() {
    return new Promise((done, failed) => {
      const url = new URL(`api/kernels/${this.#kernel}/channels?session_id=${this.#session}`, base);
      url.protocol = url.protocol.replace('http', 'ws');
      const socket = this.#socket = new WebSocket(url);
      socket.onopen = () => { this.#pause = 500; done(); };
      socket.onmessage = event => this.#hear(JSON.parse(event.data));
      socket.onclose = () => {
        failed(new TypeError('The kernel cannot be reached.'));
        if (this.#socket === socket) this.#reconnect();
      };
    });
  }

  // The server has gone, the machine has slept, or the kernel was ended.
  async #reconnect() {
    this.#socket = null;
    try {
      const kernel = await this.#ask('GET', `kernels/${this.#kernel}`);
      await this.#connect();
      this.state = kernel.execution_state;
    } catch (problem) {
      if (problem instanceof TypeError) {
        this.state = 'unreachable';
        setTimeout(() => this.#reconnect(), this.#pause = Math.min(5000, this.#pause * 2));
      } else {
        this.#lose();
        this.#kernel = this.#starting = null;
        this.state = 'off';
      }
    }
  }

  #request(type, content, on, name) {
    const id = `${this.#session}-${Date.now().toString(36)}-${++this.#count}`;
    return new Promise((done, failed) => {
      if (!this.#socket || this.#socket.readyState !== WebSocket.OPEN) {
        return failed(new TypeError('The kernel cannot be reached.'));
      }
      this.#expect(id, { on, done, name, cell: type === 'execute_request' });
      this.#send('shell', type, content, id);
    });
  }

  #expect(id, asked) {
    this.#asked.set(id, { ...asked, seen: new Set() });
    this.#keepRunning();
  }

  #send(channel, type, content, id, parent) {
    this.#socket.send(JSON.stringify({
      channel, content, metadata: {}, parent_header: parent || {}, buffers: [],
      header: {
        msg_id: id || crypto.randomUUID(), msg_type: type, session: this.#session, username: 'reader', version: '5.3',
        date: new Date().toISOString(),
      },
    }));
  }

  #hear(message) {
    const { header: { msg_type: type }, parent_header: parent, content, channel } = message;
    const asked = this.#asked.get(parent.msg_id);
    if (type === 'status') {
      this.state = content.execution_state === 'restarting' ? 'starting' : content.execution_state;
      if (content.execution_state === 'restarting') {
        keep('lives:' + this.#kernel, +(stored('lives:' + this.#kernel) || 0) + 1);
      }
      if (content.execution_state === 'dead' || content.execution_state === 'restarting') this.#lose();
    }
    // After an interruption the server sends all that the cell has shown: some of it has been seen.
    if (!asked || asked.seen.has(message.header.msg_id)) return;
    asked.seen.add(message.header.msg_id);
    if (type === 'input_request') {
      content.answer = value => this.#send('stdin', 'input_reply', { status: 'ok', value }, null, message.header);
    }
    if (channel === 'shell') asked.reply = content;
    else if (type === 'status') asked.idle = content.execution_state === 'idle';
    else if (asked.on && type !== 'execute_input') asked.on(type, content);
    // The answer and the last output come by different ways, in any order.
    if (asked.reply && asked.idle) this.#end(parent.msg_id, { status: asked.reply.status, content: asked.reply });
  }

  #end(id, result) {
    const { done } = this.#asked.get(id);
    this.#asked.delete(id);
    this.#keepRunning();
    done(result);
  }

  #lose(which = () => true) {
    for (const [id, asked] of [...this.#asked]) {
      if (which(asked)) this.#end(id, { status: 'lost', content: { matches: [], found: false } });
    }
  }

  #keepRunning() {
    const cells = [...this.#asked].filter(([, asked]) => asked.cell);
    keep('running', JSON.stringify(cells.map(([id, { name }]) => ({ id, name }))));
  }

  async #ask(method, path, body) {
    const answer = await fetch(new URL('api/' + path, base), {
      method, headers: { 'Content-Type': 'application/json', 'X-Course': '1' }, body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error((text && JSON.parse(text).message) || answer.statusText);
    return text ? JSON.parse(text) : null;
  }
}

// What belongs to this tab and page, and is there again when it is loaded anew.
const name = key => `live:${location.pathname}:${key}`;
function stored(key) {
  try { return sessionStorage.getItem(name(key)); } catch { return null; }
}
function keep(key, value) {
  try { sessionStorage.setItem(name(key), value); } catch { /* private windows may refuse */ }
  return value;
}

// Jupyter counts code points, a browser UTF-16 units.
const points = (code, at) => [...code.slice(0, at)].length;
const units = (code, at) => [...code].slice(0, at).join('').length;
