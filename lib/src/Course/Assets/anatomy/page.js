// The anatomy page: which model and sentence it shows, at which step it stands, and what the reader has chosen there.
// Its element has data-traces, the names of the committed traces; the explanations of the steps stand in the page.
'use strict';
(() => {
  const { all, place, keysOf, show, open, best, element, small, frame, chips, overview } = window.courseAnatomy;
  const here = document.currentScript.src, root = document.getElementById('anatomy');
  const kinds = {
    translator: { id: 'en-fr', name: 'Translator', words: 'encoder and decoder: English to French' },
    gpt: { id: 'austen-gpt', name: 'GPT', words: 'a decoder: goes on with a text' },
  };
  const state = { kind: 'translator', wanted: null, trace: null, steps: [], at: 0, row: 0, key: 0, head: 0, timer: null };
  const parts = frame(kinds, {
    choose, type, play, to: go, first: () => go(0), back: () => go(state.at - 1), next: () => go(state.at + 1),
    last: () => go(state.steps.length - 1),
  });

  // The traces that come with the site; each is a script, as a page that is opened from a file may not fetch.
  const traces = JSON.parse(root.dataset.traces);
  function load(id) {
    if (window.courseTraces && window.courseTraces[id]) return Promise.resolve(window.courseTraces[id]);
    return new Promise((done, failed) => document.head.append(element('script', {
      src: new URL(`traces/${id}.js`, here), onload: () => done(window.courseTraces[id]),
      onerror: () => failed(new Error('This sentence could not be read. Is the folder of the site whole?')),
    })));
  }

  async function choose(kind, id, keepStep) {
    const own = traces.filter(trace => trace.model === kinds[kind].id), chosen = own.find(each => each.id === id) || own[0];
    stop();
    Object.assign(state, { kind, wanted: chosen.id });
    parts.label.textContent = kind === 'gpt' ? 'How your text begins' : 'Your sentence';
    parts.input.value = chosen.text;
    parts.ready.replaceChildren(...own.map(each => element('button', {
      type: 'button', 'data-id': each.id, 'aria-pressed': String(each === chosen), onclick: () => choose(kind, each.id, true),
    }, each.text)));
    for (const each of parts.models.children) each.setAttribute('aria-pressed', String(each.dataset.kind === kind));
    try {
      const json = await load(chosen.id);
      if (state.wanted === chosen.id) use(json, keepStep);
      say('');
    } catch (problem) { say(problem.message, true); }
  }

  // The reader's own sentence needs somebody who computes.
  async function type(text) {
    const { kind } = state;
    stop();
    parts.send.disabled = true;
    state.wanted = null;
    try {
      const { ask } = await import(new URL('live.js', here)), json = await ask(kinds[kind].id, text, say);
      if (state.kind !== kind || state.wanted) return; // meanwhile something else was chosen
      for (const each of parts.ready.children) each.setAttribute('aria-pressed', 'false');
      use(json, true);
      say(json.strange.length ? `The model has never seen: ${json.strange.join(', ')}. What it makes of them is a guess.`
        : `The model wrote: ${json.written.trim() || 'nothing'}`);
    } catch (problem) { say(problem.message, true); } finally { parts.send.disabled = false; }
  }

  function use(json, keepStep) {
    const before = state.steps[state.at];
    const isSame = step => keepStep && before && step.op === before.op && step.block === before.block;
    state.trace = open(json);
    state.steps = all(state.trace);
    parts.range.max = state.steps.length - 1;
    drawWhole();
    state.at = -1;
    go(Math.max(0, state.steps.findIndex(isSame)));
  }

  function say(text, isBad) {
    parts.note.textContent = text;
    parts.note.classList.toggle('bad', !!isBad);
  }

  function drawWhole() {
    if (state.trace) parts.whole.replaceChildren(...overview(state.trace, state.steps, goAndSee));
  }

  // On a small screen the steps are below the overview: whoever chooses a block there wants to see it.
  function goAndSee(to) {
    go(to);
    if (parts.bar.getBoundingClientRect().top > innerHeight * 0.75) parts.bar.scrollIntoView();
  }

  function go(to) {
    const at = Math.max(0, Math.min(state.steps.length - 1, to));
    if (at === state.at || !state.steps.length) return;
    const before = state.steps[state.at], step = state.steps[at], last = step.stack.tokens.length - 1;
    state.at = at;
    if (!before || before.stack !== step.stack) state.row = step.stack.name === 'decoder' ? 3 : 2; // not the first words
    state.row = Math.min(state.row, last);
    if (!before || before.part !== step.part) look();
    draw();
  }

  // Of the keys, the one that gets most is the one to look at.
  function look() {
    const { part } = state.steps[state.at];
    if (!part || !part.q) return;
    state.head = Math.min(state.head, part.heads - 1);
    state.key = best(part.head[state.head].weights.row(state.row));
  }

  function pick(row, key) {
    state.row = row;
    if (key === null) look(); else state.key = key;
    draw();
  }

  function turnTo(head) {
    state.head = head;
    look();
    draw();
  }

  function draw() {
    const { trace, steps, at, row, key, head } = state, step = steps[at];
    if (!step) return;
    const { part, stack } = step, isAttention = !!(part && part.q) && !['add', 'norm'].includes(step.op);
    parts.place.textContent = place(trace, step);
    parts.title.textContent = step.title;
    parts.count.textContent = `${at + 1} / ${steps.length}`;
    parts.range.value = at;
    parts.range.setAttribute('aria-valuetext', `Step ${at + 1} of ${steps.length}: ${place(trace, step)}: ${step.title}`);
    parts.first.disabled = parts.back.disabled = at === 0;
    parts.next.disabled = parts.last.disabled = at === steps.length - 1;
    for (const tile of parts.whole.querySelectorAll('.an-tile')) {
      tile.setAttribute('aria-current', +tile.dataset.block === step.block ? 'step' : 'false');
    }
    chips(parts.tokens, stack.tokens, row, pick, { read: stack === trace.stacks.at(-1) ? trace.read : Infinity });
    parts.heads.hidden = parts.keys.hidden = !isAttention;
    if (isAttention) drawHeads(step);
    const room = Math.max(260, parts.seen.clientWidth - 2), seen = show(trace, step, { row, key, head, room, pick });
    parts.seen.replaceChildren(...seen.seen);
    parts.sums.textContent = seen.sums.join('\n');
    parts.words.textContent = seen.words;
    explain(step, isAttention && step.op !== 'output' ? (part.cross ? 'cross' : part.causal ? 'masked' : 'self') : null);
  }

  function drawHeads(step) {
    const { part } = step, focused = [...parts.heads.children].indexOf(document.activeElement);
    parts.heads.replaceChildren(...part.head.map((head, i) => element('button', {
      type: 'button', 'aria-pressed': String(i === state.head), 'aria-label': `Head ${i + 1}`, onclick: () => turnTo(i),
    }, small(head.weights, true, 34, 26), `${i + 1}`)));
    if (focused >= 0) parts.heads.children[focused].focus();
    const weights = part.head[state.head].weights.row(state.row);
    chips(parts.keys, keysOf(state.trace, step), state.key, key => pick(state.row, key), { weights });
  }

  // The text of a step, and of the kind of attention, as they stand further down in the page.
  function explain(step, kind) {
    const named = [step.op, kind].filter(Boolean);
    if (parts.why.dataset.named === named.join()) return;
    parts.why.dataset.named = named.join();
    parts.why.replaceChildren(...named.flatMap(name =>
      [...document.getElementById('step-' + name).cloneNode(true).children].filter(child => child.tagName !== 'H3')));
  }

  function play() {
    if (state.timer) {
      stop();
      return;
    }
    if (state.at === state.steps.length - 1) go(0);
    state.timer = setInterval(() => state.at === state.steps.length - 1 ? stop() : go(state.at + 1), 2600);
    tellPlaying('❚❚ Pause', 'Pause');
  }

  function stop() {
    clearInterval(state.timer);
    state.timer = null;
    tellPlaying('▶ Play', 'Play');
  }

  function tellPlaying(text, words) {
    parts.play.textContent = text;
    parts.play.setAttribute('aria-label', words);
  }

  // Keys work anywhere in the figure, but where a field needs them itself.
  function press(event) {
    const step = state.steps[state.at];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input')) return;
    const rows = step.stack.tokens.length, heads = step.part && step.part.q ? step.part.heads : 0;
    const keys = {
      ArrowRight: () => go(state.at + 1), ArrowLeft: () => go(state.at - 1), Home: () => go(0),
      End: () => go(state.steps.length - 1), ArrowDown: () => pick((state.row + 1) % rows, null),
      ArrowUp: () => pick((state.row + rows - 1) % rows, null), p: play, P: play,
    };
    if (keys[event.key]) keys[event.key]();
    else if (event.key >= '1' && +event.key <= heads) turnTo(+event.key - 1);
    else return;
    event.preventDefault();
  }

  root.replaceChildren(...parts.all);
  root.addEventListener('keydown', press);
  let width = root.clientWidth;
  new ResizeObserver(() => {
    if (width !== root.clientWidth) draw();
    width = root.clientWidth;
  }).observe(root);
  new MutationObserver(() => {
    drawWhole();
    draw();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const asked = new URLSearchParams(location.search), text = asked.get('text');
  const isLive = !!document.documentElement.dataset.engine && location.protocol !== 'file:';
  parts.input.disabled = parts.send.disabled = !isLive;
  root.classList.toggle('still', !isLive);
  choose(asked.get('model') === 'gpt' ? 'gpt' : 'translator', asked.get('trace')).then(() => {
    if (!isLive || !text) return;
    parts.input.value = text;
    type(text);
  });
  window.courseAnatomy.page = { state, go };
})();
