import { element } from './output.js';

const command = () => element('code', {}, 'dotnet run --project lib/src/Course');

// Where cells run in the page itself: says beside each that takes long how long that is here and on a machine of one's
// own, before it is run, and offers smaller settings where the chapter has some. The times are those of another machine
// (data/page-times.json), scaled by how fast this browser does a small loop. Returns what to call when a cell has
// changed.
export function sayTimes(page) {
  const note = document.querySelector('[data-chapter]'), slow = page.cells.filter(cell => cell.box.dataset.page);
  const scale = slow.length ? scaleOf(Number(note.dataset.loop)) : 1;
  const settings = page.cells.find(cell => cell.box.dataset.smaller), smaller = settings && new Smaller(settings);
  if (note.dataset.whyNot) {
    note.append(' ', element('strong', {}, 'This chapter does not run whole in a page.'), ` ${note.dataset.whyNot} `,
      'On your own machine it runs: ', command(), '.');
  } else if (slow.length) note.append(' ', sumOf(slow, scale), command(), '.');

  const lines = slow.map(cell => timesOf(cell, smaller, scale));
  if (smaller) lines.push(offerOf(smaller, slow, scale));
  let isSmall = null;
  const draw = () => {
    const now = Boolean(smaller && smaller.isSet);
    if (now !== isSmall) for (const line of lines) line(now); // else they say the same, and nobody need hear it again
    isSmall = now;
  };
  draw();
  return draw;
}

// What all cells that take long take together.
function sumOf(slow, scale) {
  const sum = name => slow.reduce((all, { box }) => all + Number(box.dataset[name]), 0) * scale;
  const more = slow.some(({ box }) => box.dataset.more !== undefined);
  return (slow.length === 1 ? 'One cell takes long in a page: ' : `${slow.length} cells take long in a page: `) +
    `${about(sum('page'), more)}${slow.length === 1 ? '' : ' in all'}. On your own machine that is ` +
    `${about(sum('own'), more)}: `;
}

// The line below a cell that takes long.
function timesOf(cell, smaller, scale) {
  const { own, page, small, more } = cell.box.dataset, line = element('p', { class: 'live-time' });
  cell.below(line);
  return isSmall => {
    if (isSmall && small) {
      line.replaceChildren(`With the smaller settings: ${about(small * scale)} in this page.`);
      return;
    }
    line.replaceChildren(`${start(about(page * scale, more !== undefined))} in this page, ` +
      `${about(own * scale, more !== undefined)} on your own machine: `, command(), '.');
    if (smaller && small) line.append(` With smaller settings: ${about(small * scale)} here. `, smaller.button());
  };
}

// The line below the settings themselves.
function offerOf(smaller, slow, scale) {
  const line = element('p', { class: 'live-time live-smaller', role: 'status' });
  smaller.cell.below(line);
  const sum = slow.reduce((all, { box }) => all + Number(box.dataset.small || box.dataset.page), 0) * scale;
  return isSmall => {
    if (isSmall) {
      line.replaceChildren(`Smaller settings for the page: ${smaller.words.join(', ')}. “Run all” runs the ` +
        'chapter with them; its numbers and figures will differ from the text. “Back to the original” undoes it.');
    } else {
      line.replaceChildren(slow.length ? `With smaller settings, what takes long takes ${about(sum)} here. `
        : 'There are smaller settings for a page. ', smaller.button());
    }
  };
}

// A chapter's smaller settings: an edit of the cell that declares them, as if the reader had made it.
class Smaller {
  constructor(cell) {
    this.cell = cell;
    Object.assign(this, JSON.parse(cell.box.dataset.smaller)); // words: what changes; lines: [before, after]
  }

  // Whether the cell has them, all of them.
  get isSet() {
    const lines = this.cell.text.split('\n');
    return this.lines.every(([, after]) => lines.includes(after));
  }

  button() {
    const made = element('button', { type: 'button' }, 'Smaller settings for the page');
    made.addEventListener('click', () => this.#set());
    return made;
  }

  // A line that the reader has changed is left alone, and that is said.
  async #set() {
    const lines = this.cell.text.split('\n'), left = [];
    for (const [before, after] of this.lines) {
      const at = lines.indexOf(before);
      if (at >= 0) lines[at] = after;
      else if (!lines.includes(after)) left.push(before.trim().split(/[,)] *\/\//)[0]);
    }
    await this.cell.write(lines.join('\n'));
    this.cell.box.scrollIntoView({ block: 'center' });
    this.cell.note(left.length ? `Your own change stays, and may take long. The course had: ${left.join('; ')}` : '');
  }
}

// How many times as long as the machine that measured this browser takes.
function scaleOf(measured) {
  const mine = loopTime();
  return measured > 0 && mine > 1 ? mine / measured : 1; // clocks of some browsers are too coarse
}

// Milliseconds of a small loop, the best of some turns: the product of two matrices, again and again.
export function loopTime() {
  const size = 64, a = new Float32Array(size * size).fill(0.5), b = a.slice(), c = a.slice();
  const turn = () => {
    const start = performance.now();
    for (let times = 0; times < 20; times++) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let k = 0; k < size; k++) sum += a[i * size + k] * b[k * size + j];
          c[i * size + j] = sum;
        }
      }
    }
    return performance.now() - start;
  };
  turn(); // it is compiled meanwhile
  return Math.min(turn(), turn(), turn(), turn());
}

// Seconds as one says them: with one digit that counts, or two.
function about(seconds, isMore = false) {
  if (seconds < 1 && !isMore) return 'less than a second';
  const [count, unit] = seconds < 100 ? [seconds, 's'] : [seconds / 60, 'minutes'];
  const said = count < 15 ? Math.max(1, Math.round(count)) : Math.round(count / 5) * 5;
  return `${isMore ? 'more than' : 'about'} ${said} ${unit}`;
}

const start = text => text[0].toUpperCase() + text.slice(1);
