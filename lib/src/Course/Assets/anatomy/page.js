// The anatomy page: an overview of the whole model, each block of it a button with its real numbers; the steps inside a block; what the reader
// chooses. Its element has data-traces, the names of the committed traces, and the explanations of the steps stand in the page itself.
'use strict';
(() => {
  const { all, place, keysOf, show, open, best, element, small, share, css, inkOn } = window.courseAnatomy;
  const here = document.currentScript.src,
    root = document.getElementById('anatomy');
  const kinds = { translator: { id: 'en-fr', name: 'Translator' }, gpt: { id: 'austen-gpt', name: 'GPT' } };
  const state = { kind: 'translator', trace: null, steps: [], at: 0, row: 0, key: 0, head: 0, timer: null };
  const parts = {},
    short = {
      'masked self-attention': 'masked self',
      'self-attention': 'self-attention',
      'cross-attention': 'cross',
      'tokens and places': 'tokens',
    };

  function build() {
    const button = (name, words, work, keys) =>
      element('button', {
        type: 'button',
        'data-do': name,
        title: words + (keys ? ` (${keys})` : ''),
        'aria-label': words,
        onclick: work,
      });
    parts.models = element(
      'div',
      { class: 'an-models', role: 'group', 'aria-label': 'Model' },
      ...Object.entries(kinds).map(([kind, { name }]) =>
        element(
          'button',
          { type: 'button', 'data-kind': kind, onclick: () => choose(kind) },
          element('b', {}, name),
          element(
            'span',
            {},
            kind === 'gpt' ? 'a decoder: goes on with a text' : 'encoder and decoder: English to French',
          ),
        ),
      ),
    );
    parts.input = element('input', {
      id: 'an-text',
      type: 'text',
      maxlength: 200,
      autocomplete: 'off',
      spellcheck: 'false',
    });
    parts.send = element('button', { type: 'submit' }, 'See it');
    parts.note = element('p', { class: 'an-note', role: 'status' });
    parts.ready = element('div', { class: 'an-ready', role: 'group', 'aria-label': 'Sentences' });
    parts.form = element(
      'form',
      {
        class: 'an-form',
        onsubmit: event => {
          event.preventDefault();
          type(parts.input.value);
        },
      },
      (parts.label = element('label', { for: 'an-text' })),
      parts.input,
      parts.send,
    );
    parts.whole = element('div', { class: 'an-whole', role: 'group', 'aria-label': 'The whole model: choose a block' });
    parts.first = button('first', 'To the first step', () => go(0), 'Home');
    parts.back = button('back', 'One step back', () => go(state.at - 1), '←');
    parts.play = button('play', 'Play', play, 'P');
    parts.next = button('next', 'Next step', () => go(state.at + 1), '→');
    parts.last = button('last', 'To the last step', () => go(state.steps.length - 1), 'End');
    [parts.first, parts.back, parts.play, parts.next, parts.last].forEach((each, i) => {
      each.textContent = '«←▶→»'[i];
    });
    parts.play.textContent = '▶ Play';
    parts.back.textContent = '← Back';
    parts.next.textContent = 'Next →';
    parts.range = element('input', {
      type: 'range',
      min: 0,
      'aria-label': 'Step',
      oninput: () => go(+parts.range.value),
    });
    parts.count = element('span', { class: 'an-count' });
    parts.bar = element(
      'div',
      { class: 'an-bar', role: 'toolbar', 'aria-label': 'Steps' },
      parts.first,
      parts.back,
      parts.play,
      parts.next,
      parts.last,
      parts.range,
      parts.count,
    );
    parts.place = element('p', { class: 'an-place' });
    parts.title = element('h2', { class: 'an-title' });
    parts.tokens = element('div', { class: 'an-tokens', role: 'group', 'aria-label': 'Token' });
    parts.heads = element('div', { class: 'an-heads', role: 'group', 'aria-label': 'Head' });
    parts.keys = element('div', { class: 'an-tokens keys', role: 'group', 'aria-label': 'Looks at' });
    parts.seen = element('div', { class: 'an-seen' });
    parts.sums = element('pre', { class: 'an-sums' });
    parts.words = element('p', { class: 'an-words', 'aria-live': 'polite' });
    parts.why = element('div', { class: 'an-why' });
    parts.stage = element(
      'section',
      { class: 'an-stage', 'aria-label': 'The step' },
      element('div', { class: 'an-head' }, parts.place, parts.title),
      element('div', { class: 'an-choice' }, parts.tokens, parts.heads, parts.keys),
      element(
        'div',
        { class: 'an-body' },
        parts.seen,
        element('div', { class: 'an-side' }, parts.words, parts.sums, parts.why),
      ),
    );
    root.replaceChildren(
      element('div', { class: 'an-ask' }, parts.models, element('div', {}, parts.form, parts.ready, parts.note)),
      parts.whole,
      parts.bar,
      parts.stage,
    );
    root.addEventListener('keydown', press);
    let width = 0;
    new ResizeObserver(() => {
      if (width !== root.clientWidth) {
        width = root.clientWidth;
        draw();
      }
    }).observe(root);
    new MutationObserver(() => {
      drawWhole();
      draw();
    }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  // The traces that come with the site; each is a script, as a page that is opened from a file may not fetch.
  const traces = () => JSON.parse(root.dataset.traces);
  function load(id) {
    if (window.courseTraces && window.courseTraces[id]) return Promise.resolve(window.courseTraces[id]);
    return new Promise((done, failed) =>
      document.head.append(
        element('script', {
          src: new URL(`traces/${id}.js`, here),
          onload: () => done(window.courseTraces[id]),
          onerror: () => failed(new Error('This sentence could not be read. Is the folder of the site whole?')),
        }),
      ),
    );
  }

  async function choose(kind, id, keepStep) {
    stop();
    state.kind = kind;
    parts.label.textContent = kind === 'gpt' ? 'How your text begins' : 'Your sentence';
    const own = traces().filter(trace => trace.model === kinds[kind].id),
      chosen = own.find(trace => trace.id === id) || own[0];
    parts.ready.replaceChildren(
      ...own.map(trace =>
        element(
          'button',
          {
            type: 'button',
            'data-id': trace.id,
            'aria-pressed': String(trace === chosen),
            onclick: () => choose(kind, trace.id, true),
          },
          trace.text,
        ),
      ),
    );
    for (const each of parts.models.children) each.setAttribute('aria-pressed', String(each.dataset.kind === kind));
    try {
      use(open(await load(chosen.id)), keepStep);
      parts.input.value = chosen.text;
      say('');
    } catch (problem) {
      say(problem.message, true);
    }
  }

  function use(trace, keepStep) {
    const before = state.steps[state.at];
    state.trace = trace;
    state.steps = all(trace);
    const same =
      keepStep && before ? state.steps.findIndex(step => step.op === before.op && step.block === before.block) : -1;
    state.head = 0;
    parts.range.max = state.steps.length - 1;
    drawWhole();
    state.at = -1;
    go(Math.max(0, same));
  }

  // The reader's own sentence needs somebody who computes.
  async function type(text) {
    stop();
    const { kind } = state;
    parts.send.disabled = true;
    try {
      const live = await import(new URL('live.js', here));
      const json = await live.ask(kinds[kind].id, text, say);
      for (const each of parts.ready.children) each.setAttribute('aria-pressed', 'false');
      use(open(json), true);
      say(
        json.strange.length
          ? `The model has never seen: ${json.strange.join(', ')}. What it makes of them is a guess.`
          : `The model wrote: ${json.written.trim()}`,
      );
    } catch (problem) {
      say(problem.message, true);
    } finally {
      parts.send.disabled = false;
    }
  }

  function say(text, isBad) {
    parts.note.textContent = text;
    parts.note.classList.toggle('bad', !!isBad);
  }

  // A row of tiles for each stack, each with the numbers that the block makes.
  function drawWhole() {
    const { trace, steps } = state;
    if (!trace) return;
    parts.whole.replaceChildren(
      ...trace.stacks.map((stack, s) => {
        const tiles = [],
          groups = [];
        for (const step of steps)
          if (step.stack === stack && !tiles.some(tile => tile.block === step.block)) tiles.push(step);
        for (const tile of tiles) {
          if (!groups.length || groups.at(-1).layer !== tile.layer || !tile.layer)
            groups.push({ layer: tile.layer, tiles: [] });
          groups.at(-1).tiles.push(tile);
        }
        const [name, does] = trace.translates
          ? stack.name === 'encoder'
            ? ['Encoder', 'reads']
            : ['Decoder', 'writes']
          : ['GPT', 'reads and writes'];
        return element(
          'div',
          { class: stack.layers.length > 2 ? 'an-stack many' : 'an-stack' },
          element('h3', {}, name, element('span', {}, does)),
          element(
            'div',
            { class: 'an-groups' },
            ...groups.map(({ layer, tiles: own }) =>
              element(
                'div',
                { class: layer ? 'an-layer' : 'an-end' },
                layer ? element('span', { class: 'an-no' }, `Layer ${layer}`) : null,
                ...own.map(tile =>
                  element(
                    'button',
                    {
                      type: 'button',
                      class: 'an-tile',
                      'data-block': tile.block,
                      onclick: () => go(steps.indexOf(tile)),
                    },
                    ...thumb(tile),
                    element('span', {}, short[tile.name] || tile.name),
                  ),
                ),
              ),
            ),
            s < trace.stacks.length - 1
              ? element(
                  'p',
                  { class: 'an-memory' },
                  '→ the memory: what the encoder made. Every cross-attention of the decoder reads it.',
                )
              : null,
          ),
        );
      }),
    );
  }

  function thumb({ part, stack, name }) {
    if (part && part.q)
      return [element('span', { class: 'an-four' }, ...part.head.map(head => small(head.weights, true, 30, 24)))];
    if (part) return [small(part.output, false, 62, 50)];
    return [name === 'next token' ? small(stack.output, false, 62, 50) : small(stack.start, false, 62, 50)];
  }

  function go(to) {
    const at = Math.max(0, Math.min(state.steps.length - 1, to));
    if (at === state.at) return;
    const before = state.steps[state.at],
      step = state.steps[at];
    state.at = at;
    if (!before || before.stack !== step.stack)
      state.row =
        step.stack.name === 'decoder'
          ? Math.max(0, Math.min(3, step.stack.tokens.length - 1))
          : Math.min(2, step.stack.tokens.length - 1);
    state.row = Math.min(state.row, step.stack.tokens.length - 1);
    if (!before || before.part !== step.part) look();
    draw();
  }

  // Looks at the key that gets most.
  function look() {
    const { part } = state.steps[state.at];
    if (part && part.q)
      state.key = best(part.head[(state.head = Math.min(state.head, part.heads - 1))].weights.row(state.row));
  }

  function pick(row, key) {
    state.row = row;
    if (key === null || key === undefined) look();
    else state.key = key;
    draw();
  }

  function draw() {
    const { trace, steps, at } = state,
      step = steps[at];
    if (!step) return;
    const { part, stack } = step,
      isAttention = part && part.q && step.op !== 'add' && step.op !== 'norm';
    parts.place.textContent = place(trace, step);
    parts.title.textContent = step.title;
    parts.count.textContent = `${at + 1} / ${steps.length}`;
    parts.range.value = at;
    parts.range.setAttribute(
      'aria-valuetext',
      `Step ${at + 1} of ${steps.length}: ${place(trace, step)}: ${step.title}`,
    );
    parts.first.disabled = parts.back.disabled = at === 0;
    parts.next.disabled = parts.last.disabled = at === steps.length - 1;
    for (const tile of parts.whole.querySelectorAll('.an-tile'))
      tile.setAttribute('aria-current', String(+tile.dataset.block === step.block ? 'step' : 'false'));
    chips(parts.tokens, stack.tokens, state.row, pick, null, stack === trace.stacks.at(-1) ? trace.read : Infinity);
    parts.heads.hidden = parts.keys.hidden = !isAttention;
    if (isAttention) {
      parts.heads.replaceChildren(
        ...part.head.map((head, i) =>
          element(
            'button',
            {
              type: 'button',
              'data-head': i,
              'aria-pressed': String(i === state.head),
              'aria-label': `Head ${i + 1}`,
              onclick: () => {
                state.head = i;
                look();
                draw();
                keep('heads', i);
              },
            },
            small(head.weights, true, 34, 26),
            `${i + 1}`,
          ),
        ),
      );
      chips(
        parts.keys,
        keysOf(trace, step),
        state.key,
        key => pick(state.row, key),
        part.head[state.head].weights.row(state.row),
      );
    }
    const room = Math.max(260, parts.seen.clientWidth - 2),
      seen = show(trace, step, { row: state.row, key: state.key, head: state.head, room, pick });
    parts.seen.replaceChildren(...seen.seen);
    parts.sums.textContent = seen.sums.join('\n');
    parts.words.textContent = seen.words;
    const why = document.getElementById('step-' + step.op),
      note =
        part &&
        part.q &&
        document.getElementById(part.cross ? 'step-cross' : part.causal ? 'step-masked' : 'step-self');
    const key = `${step.op}/${isAttention ? part.name : ''}`;
    if (parts.why.dataset.key !== key) {
      parts.why.dataset.key = key;
      parts.why.replaceChildren(
        ...[why, isAttention && step.op !== 'output' ? note : null]
          .filter(Boolean)
          .flatMap(box => [...box.cloneNode(true).children].filter(child => child.tagName !== 'H3')),
      );
    }
  }

  function chips(box, tokens, chosen, choose, weights, read = Infinity) {
    const focused = box.contains(document.activeElement) ? [...box.children].indexOf(document.activeElement) : -1;
    box.replaceChildren(
      ...tokens.map((text, i) => {
        const chip = element(
          'button',
          {
            type: 'button',
            'aria-pressed': String(i === chosen),
            onclick: () => choose(i, null),
            class: i >= read ? 'written' : null,
            title: weights ? `${text}: ${(100 * weights[i]).toFixed(1)} %` : i >= read ? 'written by the model' : null,
          },
          text,
        );
        if (weights) {
          const colour = share(Math.sqrt(weights[i]));
          chip.style.background = css(colour);
          chip.style.color = inkOn(colour);
        }
        return chip;
      }),
    );
    if (focused >= 0 && box.children[focused]) box.children[focused].focus();
  }

  const keep = (box, i) => {
    const each = parts[box].children[i];
    if (each) each.focus();
  };

  function play() {
    if (state.timer) {
      stop();
      return;
    }
    if (state.at === state.steps.length - 1) go(0);
    parts.play.textContent = '❚❚ Pause';
    parts.play.setAttribute('aria-label', 'Pause');
    state.timer = setInterval(() => {
      if (state.at === state.steps.length - 1) stop();
      else go(state.at + 1);
    }, 2600);
  }

  function stop() {
    clearInterval(state.timer);
    state.timer = null;
    if (parts.play) {
      parts.play.textContent = '▶ Play';
      parts.play.setAttribute('aria-label', 'Play');
    }
  }

  // Keys work anywhere in the figure, but where a field needs them itself.
  function press(event) {
    const field = event.target.closest('input');
    if (event.ctrlKey || event.metaKey || event.altKey || (field && (field.type !== 'range' || event.key !== 'p')))
      return;
    const step = state.steps[state.at],
      rows = step ? step.stack.tokens.length : 0,
      heads = step && step.part && step.part.q ? step.part.heads : 0;
    const turn = (at, by, count) => (at + by + count) % count;
    const keys = {
      ArrowRight: () => go(state.at + 1),
      ArrowLeft: () => go(state.at - 1),
      Home: () => go(0),
      End: () => go(state.steps.length - 1),
      ArrowDown: () => pick(turn(state.row, 1, rows), null),
      ArrowUp: () => pick(turn(state.row, -1, rows), null),
      p: play,
      P: play,
    };
    if (keys[event.key]) keys[event.key]();
    else if (heads && event.key >= '1' && +event.key <= heads) {
      state.head = +event.key - 1;
      look();
      draw();
    } else return;
    event.preventDefault();
  }

  build();
  const isLive = !!document.documentElement.dataset.engine,
    asked = new URLSearchParams(location.search);
  parts.input.disabled = parts.send.disabled = !isLive;
  root.classList.toggle('still', !isLive);
  choose(asked.get('model') === 'gpt' ? 'gpt' : 'translator', asked.get('trace')).then(() => {
    if (isLive && asked.get('text')) {
      parts.input.value = asked.get('text');
      type(asked.get('text'));
    }
  });
  window.courseAnatomy.page = { state, go };
})();
