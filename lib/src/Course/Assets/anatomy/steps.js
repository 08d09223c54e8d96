// The operations of a model, one after the other, and what each of them shows: matrices, the formula with its numbers,
// and a sentence. A step is { stack, layer, block, part, op, title }; look is what the reader has chosen: { row, key,
// head, room, pick }. Those of attention stand in attention.js.
'use strict';
(() => {
  const { attention, heat, bars, number, element, length, moments, some, sign, bracket, sub, percent } =
    window.courseAnatomy;

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
            `x${'₀₁'[j]} = ${number(stack.embedded.at(row, j))} + ${bracket(stack.positions.at(row, j))} = ${number(stack.start.at(row, j))}`,
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
          `y₀ = ${number(n.gain.at(0, 0))} · (${number(x.at(row, 0))} − ${bracket(mean)}) / ${number(deviation)} + ${bracket(n.bias.at(0, 0))} = ${number(y.at(row, 0))}`,
        ],
        words: `The row of ${token} had a mean of ${number(mean)} and a deviation of ${number(deviation)}. The norm makes them 0 and 1; then the learned gain and bias change each column.`,
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
          `x${'₀₁'[j]} = ${number(part.before.at(row, j))} + ${bracket(part.output.at(row, j))} = ${number(part.sum.at(row, j))}`,
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

  Object.assign(window.courseAnatomy, { all, place, keysOf, show, best });
})();
