// A trace of a trained model's forward pass (Anatomy.cs in the library): it is decoded here, and what follows from its
// parts is computed as the library does it: softmax(Q Kᵀ / √d_k) V, layer norms, the residual stream. A matrix is
// { rows, cols, at(row, col), row(row) }.
'use strict';
(() => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const worth = Object.fromEntries([...letters].map((letter, i) => [letter, i]));

  class Matrix {
    constructor(rows, cols, data) {
      this.rows = rows;
      this.cols = cols;
      this.data = data || new Float32Array(rows * cols);
    }

    at(row, col) {
      return this.data[row * this.cols + col];
    }

    row(row) {
      return this.data.subarray(row * this.cols, (row + 1) * this.cols);
    }

    // Each number of it by a function of row and column.
    static of(rows, cols, number) {
      const made = new Matrix(rows, cols);
      for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) made.data[i * cols + j] = number(i, j);
      return made;
    }

    columns(from, count) {
      return Matrix.of(this.rows, count, (i, j) => this.at(i, from + j));
    }
  }

  function decode({ rows, columns, scale, data }) {
    const made = new Matrix(rows, columns);
    for (let i = 0; i < made.data.length; i++)
      made.data[i] = (worth[data[2 * i]] * 64 + worth[data[2 * i + 1]] - 2048) * scale;
    return made;
  }

  const add = (a, b) => Matrix.of(a.rows, a.cols, (i, j) => a.at(i, j) + b.at(i, j));

  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  const length = row => Math.sqrt(dot(row, row));

  function moments(row, epsilon) {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return { mean, deviation: Math.sqrt(variance + epsilon) };
  }

  function norm(x, { gain, bias, epsilon }) {
    const rows = Array.from({ length: x.rows }, (_, i) => moments(x.row(i), epsilon));
    return Matrix.of(
      x.rows,
      x.cols,
      (i, j) => (gain.at(0, j) * (x.at(i, j) - rows[i].mean)) / rows[i].deviation + bias.at(0, j),
    );
  }

  // One head: what it asks, offers and hands over, the scores, the weights, and what it mixes. Hidden keys have a score
  // of NaN.
  function attend(part, head) {
    const width = part.q.cols / part.heads,
      [q, k, v] = [part.q, part.k, part.v].map(all => all.columns(head * width, width));
    const hidden = (t, s) => part.causal && s > t;
    const scores = Matrix.of(q.rows, k.rows, (t, s) =>
      hidden(t, s) ? NaN : dot(q.row(t), k.row(s)) / Math.sqrt(width),
    );
    const powers = Matrix.of(q.rows, k.rows, (t, s) => (hidden(t, s) ? 0 : Math.exp(scores.at(t, s))));
    const sums = Array.from({ length: q.rows }, (_, t) => powers.row(t).reduce((sum, power) => sum + power, 0));
    const weights = Matrix.of(q.rows, k.rows, (t, s) => powers.at(t, s) / sums[t]);
    const mixed = Matrix.of(q.rows, width, (t, j) => {
      let sum = 0;
      for (let s = 0; s < k.rows; s++) sum += weights.at(t, s) * v.at(s, j);
      return sum;
    });
    return { q, k, v, width, scores, sums, weights, mixed, hidden };
  }

  const decodeNorm = n => n && { gain: decode(n.gain), bias: decode(n.bias), epsilon: n.epsilon };

  // A sublayer: what it read, what it added, the sum, and what goes on to the next one.
  function follow(part, x, isPost) {
    const made = { ...part, norm: decodeNorm(part.norm), output: decode(part.output), before: x };
    made.input = isPost ? x : norm(x, made.norm);
    made.sum = add(x, made.output);
    made.after = isPost ? norm(made.sum, made.norm) : made.sum;
    if (part.q) {
      for (const name of ['q', 'k', 'v']) made[name] = decode(part[name]);
      made.head = Array.from({ length: part.heads }, (_, i) => attend(made, i));
      const width = made.head[0].width;
      made.concat = Matrix.of(made.q.rows, made.q.cols, (t, j) =>
        made.head[Math.floor(j / width)].mixed.at(t, j % width),
      );
    }
    return made;
  }

  // All of a trace, ready to be shown.
  function open(json) {
    const isPost = json.norm === 'post';
    const stacks = json.stacks.map(stack => {
      const embedded = decode(stack.embedded),
        positions = decode(stack.positions);
      let x = add(embedded, positions);
      const start = x;
      const layers = stack.layers.map(layer =>
        layer.map(part => {
          const made = follow(part, x, isPost);
          x = made.after;
          return made;
        }),
      );
      const finalNorm = decodeNorm(stack.finalNorm);
      return {
        ...stack,
        embedded,
        positions,
        start,
        layers,
        top: x,
        finalNorm,
        output: finalNorm ? norm(x, finalNorm) : x,
      };
    });
    return { ...json, isPost, stacks, translates: stacks.length > 1 };
  }

  window.courseAnatomy = { open, Matrix, dot, length, moments };
})();
