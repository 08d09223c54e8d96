// What the steps of an attention show (steps.js): a head's queries and keys, its scores, weights and what it mixes.
'use strict';
(() => {
  const { heat, lines, number, element, dot, length, Matrix, some, sign, bracket, percent } = window.courseAnatomy;

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

  window.courseAnatomy.attention = attention;
})();
