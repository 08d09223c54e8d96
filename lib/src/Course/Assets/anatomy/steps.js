// The operations of a model, one after the other, and what each of them shows: matrices, lines between tokens, the formula with its numbers, and
// a sentence. A step is { stack, layer, block, part, op, title, place }; look is what the reader has chosen: { row, key, head, room, pick }.
'use strict';
(() => {
  const { heat, lines, bars, number, element, dot, length, moments, Matrix } = window.courseAnatomy;

  const titles = {
    tokens: 'Tokens',
    embedding: 'Embedding',
    positions: 'Add the positions',
    norm: 'Layer norm',
    qkv: 'Queries, keys, values',
    scores: 'Scores',
    softmax: 'Softmax',
    mix: 'Mix the values',
    output: 'Heads side by side, then Wᴼ',
    add: 'Add to the stream',
    hidden: 'The hidden layer',
    network: 'Back to the stream’s width',
    logits: 'Logits',
    choose: 'The next token',
  };

  // All steps of a trace in order; a block is what the overview shows as one tile.
  function all(trace) {
    const steps = [];
    let block = 0;
    const put = (stack, layer, name, part, ops) => {
      for (const op of ops) steps.push({ stack, layer, name, part, op, title: titles[op], block });
      block++;
    };
    trace.stacks.forEach((stack, s) => {
      put(stack, 0, 'tokens and places', null, ['tokens', 'embedding', 'positions']);
      stack.layers.forEach((layer, l) =>
        layer.forEach(part => {
          const ops = part.q ? ['qkv', 'scores', 'softmax', 'mix', 'output', 'add'] : ['hidden', 'network', 'add'];
          put(stack, l + 1, part.name, part, trace.isPost ? [...ops, 'norm'] : ['norm', ...ops]);
        }),
      );
      if (s === trace.stacks.length - 1)
        put(stack, 0, 'next token', null, [...(stack.finalNorm ? ['norm'] : []), 'logits', 'choose']);
    });
    return steps;
  }

  const place = (trace, step) =>
    [trace.translates ? step.stack.name : 'GPT', step.layer ? `layer ${step.layer}` : '', step.name]
      .filter(Boolean)
      .join(' · ');

  // Rows of cross-attention look at the encoder's tokens.
  const keysOf = (trace, step) => (step.part && step.part.cross ? trace.stacks[0].tokens : step.stack.tokens);

  const some = (row, count = 3) => `[${Array.from(row.slice(0, count), value => number(value)).join(', ')}, …]`;
  const best = row => row.reduce((top, value, i) => (value > row[top] ? i : top), 0);

  // What a step shows: { seen: elements, sums: lines of numbers, words }.
  function show(trace, step, look) {
    const { stack, part } = step,
      tokens = stack.tokens,
      row = look.row,
      token = `“${tokens[row]}”`;
    const wide = (name, matrix, more) =>
      heat(matrix, {
        name,
        labels: tokens,
        room: look.room,
        row,
        pick: i => look.pick(i, null),
        ...more,
      });
    const near = matrix => number(length(matrix.row(row)));
    const kit = { trace, step, look, stack, part, tokens, row, token, wide, near };
    return part && part.q && attention[step.op]
      ? attention[step.op]({ ...kit, keys: keysOf(trace, step), head: part.head[look.head] })
      : plain[step.op](kit);
  }

  const plain = {
    tokens: ({ stack, tokens, row, token, look }) => ({
      seen: [
        element(
          'ol',
          { class: 'an-pieces' },
          ...tokens.map((text, i) =>
            element(
              'li',
              { class: i === row ? 'on' : null, onclick: () => look.pick(i, null) },
              element('b', {}, text),
              element('span', {}, stack.ids[i]),
            ),
          ),
        ),
      ],
      sums: [`${token} → id ${stack.ids[row]}`],
      words: `${tokens.length} tokens. ${token} is number ${stack.ids[row]} of the vocabulary.`,
    }),
    embedding: ({ trace, stack, row, token, wide, near }) => ({
      seen: [wide(trace.translates ? 'E[ids] · √d' : 'E[ids]', stack.embedded)],
      sums: [
        `row ${stack.ids[row]} of E${trace.translates ? ` · √${stack.embedded.cols}` : ''} = ${some(stack.embedded.row(row))}`,
      ],
      words: `Each token has become a row of ${stack.embedded.cols} numbers. The row of ${token} has a length of ${near(stack.embedded)}.`,
    }),
    positions: ({ trace, stack, row, token, wide }) => ({
      seen: [
        wide('embedding', stack.embedded),
        sign('+'),
        wide('position', stack.positions),
        sign('='),
        wide('x', stack.start),
      ],
      sums: [
        ...(trace.translates
          ? [
              `PE(${row}, 0) = sin ${row} = ${number(Math.sin(row))},  PE(${row}, 1) = cos ${row} = ${number(Math.cos(row))}`,
            ]
          : []),
        ...[0, 1].map(
          j =>
            `x${'₀₁'[j]} = ${number(stack.embedded.at(row, j))} + ${signedTerm(stack.positions.at(row, j))} = ${number(stack.start.at(row, j))}`,
        ),
      ],
      words: `${token} stands at place ${row}, counted from 0. The row of that place is added to its own.`,
    }),
    norm: ({ trace, step, stack, part, row, token, wide }) => {
      const n = part ? part.norm : stack.finalNorm,
        x = !part ? stack.top : trace.isPost ? part.sum : part.before,
        y = !part ? stack.output : trace.isPost ? part.after : part.input;
      const { mean, deviation } = moments(x.row(row), n.epsilon);
      return {
        seen: [wide('x', x), sign('→'), wide('LayerNorm(x)', y)],
        sums: [
          `μ = ${number(mean)},  √(σ² + ε) = ${number(deviation)}`,
          `y₀ = ${number(n.gain.at(0, 0))} · (${number(x.at(row, 0))} − ${bracket(mean)}) / ${number(deviation)} + ${signedTerm(n.bias.at(0, 0))} = ${number(y.at(row, 0))}`,
        ],
        words: `The row of ${token} had a mean of ${number(mean)} and a deviation of ${number(deviation)}. Now it has those that the model has learned to like.`,
      };
    },
    add: ({ part, row, token, wide, near }) => ({
      seen: [
        wide('x', part.before),
        sign('+'),
        wide(part.q ? 'what the heads wrote' : 'what the network wrote', part.output),
        sign('='),
        wide('x', part.sum),
      ],
      sums: [0, 1].map(
        j =>
          `x${'₀₁'[j]} = ${number(part.before.at(row, j))} + ${signedTerm(part.output.at(row, j))} = ${number(part.sum.at(row, j))}`,
      ),
      words: `The row of ${token} had a length of ${near(part.before)}; what is added has ${near(part.output)}; the sum has ${near(part.sum)}.`,
    }),
    hidden: ({ part, tokens, row, token, wide, trace }) => {
      const units = part.units[row],
        counts = part.active;
      return {
        seen: [
          element(
            'div',
            { class: 'an-pair' },
            element(
              'figure',
              {},
              element('figcaption', {}, element('b', {}, `Units that answer ${token} most`)),
              bars(
                units.filter(([, value]) => value).map(([unit, value]) => [`unit ${unit}`, value, number(value)]),
                'The strongest units',
              ),
            ),
            element(
              'figure',
              {},
              element('figcaption', {}, element('b', {}, `Units above 0, of ${part.width}`)),
              bars(
                tokens.map((text, i) => [text, counts[i], `${counts[i]}`, i === row]),
                'Units above 0 for each token',
              ),
            ),
          ),
        ],
        sums: [
          `h = ${trace.activation === 'Relu' ? 'max(0, x W₁ + b₁)' : 'GELU(x W₁ + b₁)'},  ${part.width} numbers;  h${sub(units[0][0])} = ${number(units[0][1])}`,
        ],
        words: `${counts[row]} of the ${part.width} units are above 0 for ${token}. The strongest is unit ${units[0][0]}, with ${number(units[0][1])}.`,
      };
    },
    network: ({ part, row, token, wide, near }) => ({
      seen: [wide('h W₂ + b₂', part.output)],
      sums: [`row of ${token} = ${some(part.output.row(row), 4)}`, `its length is ${near(part.output)}`],
      words: `From ${part.width} numbers back to ${part.output.cols}: this is what the network writes for ${token}, and its length is ${near(part.output)}.`,
    }),
    logits: ({ trace, row, token, stack, wide }) => ({
      seen: [
        wide(trace.translates ? 'what comes out of the decoder' : 'what comes out of the last norm', stack.output),
        sign('→'),
        element(
          'figure',
          {},
          element('figcaption', {}, element('b', {}, `The ten highest scores after ${token}`)),
          bars(
            trace.guesses[row].map(([text, logit], i) => [text, logit, number(logit), !i]),
            'The highest scores',
          ),
        ),
      ],
      sums: [
        `logit of “${trace.guesses[row][0][0]}” = x · E[${trace.guesses[row][0][3]}] = ${number(trace.guesses[row][0][1])}`,
      ],
      words: `The row of ${token} is compared with the vector of every token. “${trace.guesses[row][0][0]}” fits best, with ${number(trace.guesses[row][0][1])}.`,
    }),
    choose: ({ trace, row, token, tokens, look }) => {
      const [first, second] = trace.guesses[row];
      return {
        seen: [
          element(
            'ol',
            { class: 'an-pieces wide' },
            ...tokens.map((text, i) =>
              element(
                'li',
                { class: i === row ? 'on' : null, onclick: () => look.pick(i, null) },
                element('span', {}, text + ' →'),
                element('b', {}, trace.guesses[i][0][0]),
                element('span', {}, percent(trace.guesses[i][0][2])),
              ),
            ),
          ),
          element(
            'figure',
            {},
            element('figcaption', {}, element('b', {}, `What may follow ${token}`)),
            bars(
              trace.guesses[row].map(([text, , share], i) => [text, share, percent(share), !i]),
              'Probabilities of the next token',
            ),
          ),
        ],
        sums: [`p = exp(${number(first[1])}) / Σ exp(logit) = ${number(first[2])}`],
        words: `After ${token}, “${first[0]}” has ${percent(first[2])}, then “${second[0]}” with ${percent(second[2])}.`,
      };
    },
  };

  const attention = {
    qkv: ({ trace, step, part, head, look, token, tokens, row, keys, wide }) => {
      const third = Math.max(look.room > 760 ? (look.room - 60) / 3 : look.room, 200),
        own = { room: third },
        other = { ...own, labels: keys, row: part.cross ? look.key : row };
      return {
        seen: [
          wide('x', part.input),
          ...(part.cross
            ? [
                heat(trace.stacks[0].output, {
                  name: 'memory, what the encoder made',
                  labels: keys,
                  room: look.room,
                  row: look.key,
                  pick: i => look.pick(row, i),
                }),
              ]
            : []),
          sign('→'),
          element(
            'div',
            { class: 'an-row' },
            wide(`Q of head ${look.head + 1}`, head.q, own),
            wide(`K of head ${look.head + 1}`, head.k, { ...other, pick: i => look.pick(row, i) }),
            wide(`V of head ${look.head + 1}`, head.v, { ...other, pick: i => look.pick(row, i) }),
          ),
        ],
        sums: [
          `q of ${token} = x W_Q = ${some(head.q.row(row))}`,
          `k of “${keys[look.key]}” = ${some(head.k.row(look.key))}`,
          `v of “${keys[look.key]}” = ${some(head.v.row(look.key))}`,
        ],
        words: `${part.heads} heads, each with ${head.width} of the ${part.q.cols} columns. Head ${look.head + 1} lets ${token} ask by a row q, and each token answer by a row k.`,
      };
    },
    scores: ({ part, head, look, tokens, row, token, keys }) => {
      const key = look.key,
        q = head.q.row(row),
        k = head.k.row(key),
        hidden = head.hidden(row, key),
        product = dot(q, k);
      return {
        seen: [map(`Q Kᵀ / √${head.width}`, head.scores, { tokens, keys, look, row })],
        sums: hidden
          ? [`“${keys[key]}” comes later than ${token}: it is hidden, and its score is −∞`]
          : [
              `q · k = ${[0, 1, 2].map(i => `${bracket(q[i])}·${bracket(k[i])}`).join(' + ')} + … = ${number(product)}`,
              `${number(product)} / √${head.width} = ${number(product)} / ${number(Math.sqrt(head.width))} = ${number(head.scores.at(row, key))}`,
            ],
        words: hidden
          ? `${token} may not see “${keys[key]}”.`
          : `In head ${look.head + 1}, ${token} scores “${keys[key]}” with ${number(head.scores.at(row, key))}.`,
      };
    },
    softmax: ({ head, look, tokens, row, token, keys }) => {
      const key = look.key,
        score = head.scores.at(row, key),
        hidden = head.hidden(row, key),
        weight = head.weights.at(row, key);
      return {
        seen: [
          element(
            'div',
            { class: 'an-row' },
            lines(head.weights, tokens, keys, row, key, look.pick, said(head, row, tokens, keys, look)),
            map('A = softmax of each row', shown(head), { tokens, keys, look, row, share: true }),
          ),
        ],
        sums: hidden
          ? ['exp(−∞) = 0']
          : [
              `exp(${number(score)}) = ${number(Math.exp(score))},  Σ exp(score) = ${number(head.sums[row])}`,
              `weight = ${number(Math.exp(score))} / ${number(head.sums[row])} = ${number(weight)}`,
            ],
        words: said(head, row, tokens, keys, look),
      };
    },
    mix: ({ head, look, tokens, row, token, keys, wide }) => {
      const weights = head.weights.row(row),
        order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, 3);
      return {
        seen: [
          element(
            'div',
            { class: 'an-row' },
            lines(head.weights, tokens, keys, row, look.key, look.pick, said(head, row, tokens, keys, look)),
            element(
              'div',
              {},
              wide(`V of head ${look.head + 1}`, head.v, {
                labels: keys,
                row: look.key,
                room: Math.max(220, look.room - 330),
                pick: i => look.pick(row, i),
              }),
              sign('↓ A ·'),
              wide(`A V of head ${look.head + 1}`, head.mixed, { room: Math.max(220, look.room - 330) }),
            ),
          ),
        ],
        sums: [
          `${order.map(s => `${number(weights[s])}·${bracket(head.v.at(s, 0))}`).join(' + ')}${weights.length > 3 ? ' + …' : ''} = ${number(head.mixed.at(row, 0))}   (column 1)`,
        ],
        words: `${token} takes ${order.map(s => `${percent(weights[s])} of “${keys[s]}”`).join(', ')}${weights.length > 3 ? ', and less of the others' : ''}.`,
      };
    },
    output: ({ part, look, row, token, wide, near }) => ({
      seen: [
        wide(`the ${part.heads} heads side by side`, part.concat, { parts: part.head[0].width }),
        sign('↓ Wᴼ'),
        wide('what the heads write', part.output),
      ],
      sums: [
        ...part.head
          .map((head, i) => `head ${i + 1}: length ${number(length(head.mixed.row(row)))}`)
          .reduce((out, text, i) => (i % 2 ? (out[out.length - 1] += ',  ' + text) : out.push(text), out), []),
        `through Wᴼ: length ${near(part.output)}`,
      ],
      words: `${part.heads} times ${part.head[0].width} numbers side by side are ${part.concat.cols} again. Wᴼ makes of them what is written into the stream for ${token}.`,
    }),
  };

  function map(name, matrix, { tokens, keys, look, row, share }) {
    return heat(matrix, {
      name,
      labels: tokens,
      columns: keys,
      share,
      row,
      column: look.key,
      values: look.room > 500,
      room: Math.min(look.room, share && look.room > 600 ? look.room - 290 : look.room),
      pick: (i, j) => look.pick(i, j),
      said: `${name}, head ${look.head + 1}: a row for each token that looks, a column for each that is looked at`,
    });
  }

  function said(head, row, tokens, keys, look) {
    const weights = head.weights.row(row),
      order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).filter((s, i) => i < 3 && weights[s] >= 0.01);
    return `In head ${look.head + 1}, “${tokens[row]}” looks ${order.map((s, i) => `${i ? '' : 'most '}at “${keys[s]}” (${percent(weights[s])})`).join(', then ')}.`;
  }

  // What is hidden is shown as such, and not as a weight of 0.
  const shown = head =>
    Matrix.of(head.weights.rows, head.weights.cols, (t, s) => (head.hidden(t, s) ? NaN : head.weights.at(t, s)));

  const sign = text => element('div', { class: 'an-sign', 'aria-hidden': 'true' }, text);
  const bracket = value => (value < 0 ? `(${number(value)})` : number(value));
  const signedTerm = bracket;
  const sub = value => [...String(value)].map(digit => '₀₁₂₃₄₅₆₇₈₉'[digit]).join('');
  const percent = share => (share >= 0.0995 ? `${Math.round(100 * share)} %` : `${number(100 * share, 2)} %`);

  Object.assign(window.courseAnatomy, { all, place, keysOf, show, best, Matrix });
})();
