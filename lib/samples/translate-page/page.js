// The page around the translator: a sentence in, its translation out, and what each token has read.
import { Translator } from './translator.js';

const form = document.querySelector('form'), source = document.querySelector('textarea');
const button = document.querySelector('button'), output = document.querySelector('output');
const status = document.querySelector('#status'), figure = document.querySelector('figure');

let translator;
try {
  translator = await Translator.load('model');
  status.textContent = 'Ready. Nothing you write leaves this page.';
  button.disabled = false;
} catch (problem) {
  status.textContent = `The model has not loaded: ${problem.message}. Open this page by http, not as a file.`;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  button.disabled = true;
  figure.hidden = true;
  const start = performance.now();
  try {
    const result = await translator.translate(source.value, text => { output.textContent = text; });
    output.textContent = result.text;
    draw(result);
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    status.textContent = `${result.target.length} tokens in ${seconds} s.`;
  } catch (problem) {
    output.textContent = '';
    status.textContent = problem.message;
  }

  button.disabled = false;
});

source.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    if (!button.disabled) { form.requestSubmit(); }
  }
});

/** A row for each token that was written, a column for each that was read; the darker, the more attention. */
function draw({ source, target, attention }) {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  head.append(cell('th', ''), ...source.map(id => cell('th', translator.tokens.show(id))));
  const body = table.createTBody();
  target.forEach((id, t) => {
    const row = body.insertRow();
    row.append(cell('th', translator.tokens.show(id)));
    attention[t].forEach((weight, s) => {
      const square = cell('td', '');
      square.style.setProperty('--weight', weight.toFixed(3));
      square.title = `${translator.tokens.show(id)} reads ${translator.tokens.show(source[s])}: ${weight.toFixed(2)}`;
      row.append(square);
    });
  });
  figure.querySelector('div').replaceChildren(table);
  figure.hidden = false;
}

function cell(kind, text) {
  const made = document.createElement(kind);
  if (kind === 'th') { made.append(Object.assign(document.createElement('span'), { textContent: text })); }
  return made;
}
