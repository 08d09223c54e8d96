// What a cell shows: each output is an element of the cell. Scripts in it do not run: neither does a browser start
// those in inserted HTML, nor does the page's policy let them. Figures are drawn by the page's own scripts.
const displays = new Map(); // elements by display id, on the whole page: a later cell may update an earlier display
const longest = 1_000_000; // characters of printed text that a page keeps
const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export class Output {
  #cell; #stream = null; #clears = false; #old;

  // The outputs that are there stay, faintly, until the cell shows something, so that the page does not jump.
  constructor(cell) {
    this.#cell = cell;
    this.#old = [...cell.querySelectorAll(':scope > .output')];
    for (const old of this.#old) old.classList.add('old');
  }

  show(kind, content) {
    if (kind === 'clear_output') {
      this.#clears = content.wait;
      if (!content.wait) this.#clear();
      return;
    }
    if (this.#clears) this.#clear();
    if (kind === 'update_display_data') return this.#update(content);
    this.#forgetOld();
    if (kind === 'stream') return this.#print(content);
    this.#stream = null;
    if (kind === 'error') this.#add(element('pre', { class: 'error' }, ansi(content.traceback.join('\n'))));
    else if (kind === 'input_request') this.#add(question(content));
    else {
      const box = this.#add(...rendered(content.data));
      const id = content.transient && content.transient.display_id;
      if (id) displays.set(id, [...(displays.get(id) || []).filter(old => old.isConnected), box]);
      draw();
    }
  }

  // A sentence of the page itself.
  say(text, ...buttons) {
    const line = element('p', { class: 'live-hint' }, text, ...buttons);
    this.#add(line);
  }

  // All that the cell has shown is on the page when it is said to be done.
  end() {
    this.#forgetOld();
    for (const key of [...waiting.keys()]) now(key);
    for (const input of this.#cell.querySelectorAll('.live-input input')) input.replaceWith('(not answered)');
  }

  #add(...nodes) {
    const box = element('div', { class: 'output new' }, ...nodes);
    const outputs = this.#cell.querySelectorAll(':scope > .output');
    (outputs[outputs.length - 1] || this.#cell.querySelector(':scope > .live-diff')).after(box);
    return box;
  }

  #print({ name, text }) {
    if (!this.#stream || this.#stream.name !== name) {
      const pre = element('pre', { class: name === 'stderr' ? 'stderr' : 'stdout' });
      this.#add(pre);
      this.#stream = { name, pre, text: '' };
    }
    const stream = this.#stream;
    stream.text = (stream.text + text).slice(-longest);
    later(stream, () => stream.pre.replaceChildren(ansi(stream.text)));
  }

  // A training draws its curve again and again; only the latest is drawn, a few times a second.
  #update({ data, transient }) {
    const id = transient && transient.display_id, boxes = (displays.get(id) || []).filter(box => box.isConnected);
    if (!boxes.length) return this.show('display_data', { data, transient }); // the page was loaded anew meanwhile
    for (const box of boxes) {
      later(box, () => {
        box.style.minHeight = box.offsetHeight + 'px';
        purge(box);
        box.replaceChildren(...rendered(data));
        draw();
        setTimeout(() => { box.style.minHeight = ''; }, 500);
      });
    }
  }

  #clear() {
    this.#clears = false;
    this.#stream = null;
    this.#forgetOld();
    for (const box of this.#cell.querySelectorAll(':scope > .output')) box.remove();
  }

  #forgetOld() {
    for (const old of this.#old) old.remove();
    this.#old = [];
  }
}

export function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...inside);
  return made;
}

function rendered(data) {
  const html = data['text/html'] || data['image/svg+xml'];
  if (html) {
    const box = document.createElement('template');
    box.innerHTML = html;
    // The data of a figure stands in a script, too, which is none.
    const others = 'script:not([type="application/json"]), meta, link, base';
    for (const other of box.content.querySelectorAll(others)) other.remove();
    return [box.content];
  }
  const type = images.find(mime => data[mime]);
  if (type) {
    const base64 = data[type].replace(/\s/g, '');
    return [element('img', { src: `data:${type};base64,${base64}`, alt: data['text/plain'] || '' })];
  }
  return [element('pre', { class: 'result' }, ansi(data['text/markdown'] || data['text/plain'] || ''))];
}

// The scripts of the library's figures look for those that are not live yet.
function draw() {
  for (const name of Object.keys(window)) if (/^tfs(Figures|Views|Tokens|Graph)\d+$/.test(name)) window[name]();
}

function purge(box) {
  for (const plot of box.querySelectorAll('.js-plotly-plot')) window.Plotly && window.Plotly.purge(plot);
}

const waiting = new Map();
function later(key, work) {
  if (waiting.has(key)) { waiting.set(key, work); return; }
  waiting.set(key, work);
  setTimeout(now, 100, key);
}
function now(key) {
  const latest = waiting.get(key);
  waiting.delete(key);
  if (latest) latest();
}

function question({ prompt, password, answer }) {
  const input = element('input', { type: password ? 'password' : 'text', 'aria-label': prompt || 'Input' });
  const form = element('div', { class: 'live-input' }, prompt || '', ' ', input);
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    answer(input.value);
    form.replaceChildren(`${prompt || ''} ${password ? '•••' : input.value}`);
  });
  setTimeout(() => input.focus());
  return form;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const marks = { 1: 'bold', 2: 'faint', 3: 'italic', 4: 'underline', 9: 'strike' };

// A terminal's colours by the names that the page has for them; a carriage return begins its line anew.
function ansi(text) {
  const whole = document.createDocumentFragment();
  let classes = [];
  text = text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?=[^\n])/g, '');
  for (const part of text.split(/(\x1b\[[0-9;?]*[A-Za-z])/)) {
    if (part[0] !== '\x1b') {
      if (part) whole.append(classes.length ? element('span', { class: classes.join(' ') }, part) : part);
    } else if (part.endsWith('m')) {
      for (const code of part.slice(2, -1).split(';').map(Number)) classes = styled(classes, code);
    }
  }
  return whole;
}

function styled(classes, code) {
  if (code === 0) return [];
  if (marks[code]) return [...classes, 'ansi-' + marks[code]];
  if (code === 22) return classes.filter(name => name !== 'ansi-bold' && name !== 'ansi-faint');
  const side = (code >= 40 && code < 50) || code >= 100 ? 'bg' : 'fg';
  const others = classes.filter(name => !name.endsWith('-' + side));
  if (code === 39 || code === 49) return others;
  const known = (code >= 30 && code < 48) || (code >= 90 && code < 108);
  return known ? [...others, `ansi-${colours[code % 10]}${code >= 90 ? '-intense' : ''}-${side}`] : classes;
}
