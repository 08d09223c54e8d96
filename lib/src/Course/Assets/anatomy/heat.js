// A matrix as coloured cells, with a row per token. It is SVG; one that is too wide for a rectangle per number is a
// picture with a pixel per number.
'use strict';
(() => {
  const { element, shape, number, cut, picture, share, signed, css, inkOn } = window.courseAnatomy;

  // options: name; labels and columns (words beside and above); share (weights from 0 to 1, else signed numbers); row and
  // column (chosen); pick(row, column); room (how wide it may be); values (numbers in the cells); parts (columns of a
  // head, between which lines are drawn); said (words for those who do not see it).
  function heat(matrix, options) {
    const { rows, cols } = matrix, { name, labels, columns } = options;
    const place = measure(matrix, options), { width, height } = place;
    const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' });
    const colour = colouring(matrix, options.share);
    write(svg, place, options);
    if (columns) {
      cells(svg, matrix, place, colour, options);
    } else {
      svg.append(shape('image', {
        x: place.left, y: place.top, width: place.wide * cols, height: place.high * rows, href: picture(matrix, colour),
        preserveAspectRatio: 'none', style: 'image-rendering:pixelated',
      }));
    }
    mark(svg, matrix, place, options);
    const read = element('span', { class: 'read' });
    listen(svg, matrix, place, options, read);
    return element(
      'figure',
      {
        class: 'an-matrix' + (options.pick ? ' pick' : ''), role: 'img',
        'aria-label': options.said || `${name}: ${rows} rows, ${cols} columns`,
      },
      element('figcaption', {}, element('b', {}, name), ` ${rows} × ${cols} `, read), svg,
    );
  }

  // Where the cells begin, and how large they are.
  function measure({ rows, cols }, { labels, columns, room, values }) {
    const longest = words => Math.max(...words.map(word => Math.min(word.length, 11))), slant = columns ? 30 : 0;
    const left = labels ? Math.min(92, 12 + 7.3 * longest(labels)) : 4, top = columns ? 14 + 5 * longest(columns) : 4;
    const most = columns ? (values ? 50 : 34) : 12, high = columns ? 25 : 17;
    const wide = Math.max(columns ? 12 : 0.5, Math.min(most, (room - left - 2 - slant) / cols));
    return { left, top, wide, high, width: left + wide * cols + 2 + slant, height: top + high * rows + 4 };
  }

  // The root makes small numbers visible beside the largest.
  function colouring(matrix, isShare) {
    if (isShare) return value => share(Math.sqrt(value));
    let largest = 0;
    for (const value of matrix.data) if (Math.abs(value) > largest) largest = Math.abs(value);
    return value => signed(largest ? Math.sign(value) * Math.sqrt(Math.abs(value) / largest) : 0);
  }

  function write(svg, { left, top, wide, high }, { labels, columns, row, column }) {
    (columns || []).forEach((label, j) => svg.append(shape('text', {
      transform: `translate(${left + (j + 0.5) * wide + 3} ${top - 6}) rotate(-42)`,
      class: j === column ? 'chosen' : 'label',
    }, cut(label, 11))));
    (labels || []).forEach((label, i) => svg.append(shape('text', {
      x: left - 8, y: top + (i + 0.5) * high + 4, 'text-anchor': 'end', class: i === row ? 'chosen' : 'label',
    }, cut(label, 11))));
  }

  function cells(svg, matrix, { left, top, wide, high }, colour, options) {
    for (let i = 0; i < matrix.rows; i++) {
      for (let j = 0; j < matrix.cols; j++) {
        const value = matrix.at(i, j), x = left + j * wide, y = top + i * high;
        const box = { x: x + 0.5, y: y + 0.5, width: wide - 1, height: high - 1, rx: 2 };
        if (Number.isNaN(value)) {
          svg.append(
            shape('rect', { ...box, class: 'hidden' }),
            shape('path', { d: `M${x + 3} ${y + high - 4}l${wide - 6} ${8 - high}`, class: 'hatch' }),
          );
          continue;
        }
        const fill = colour(value);
        svg.append(shape('rect', { ...box, fill: css(fill) }));
        if (options.values && wide >= 32 && !(options.share && value < 0.005)) {
          svg.append(shape('text', {
            x: x + 0.5 * wide, y: y + 0.5 * high + 4, 'text-anchor': 'middle', class: 'value', fill: inkOn(fill),
          }, options.share ? value.toFixed(2) : number(value, 2)));
        }
      }
    }
  }

  // Rings around what is chosen, and lines between the heads.
  function mark(svg, { rows, cols }, { left, top, wide, high }, { columns, row, column, parts }) {
    for (let j = parts || cols; j < cols; j += parts) {
      const x = left + j * wide;
      svg.append(shape('line', { x1: x, x2: x, y1: top - 3, y2: top + high * rows + 3, class: 'part' }));
    }
    if (row === undefined) return;
    svg.append(shape('rect', {
      x: left - 1, y: top + row * high - 0.5, width: wide * cols + 2, height: high + 1, class: 'ring',
    }));
    if (!columns || column === undefined) return;
    svg.append(shape('rect', {
      x: left + column * wide, y: top + row * high, width: wide, height: high, class: 'ring strong',
    }));
  }

  // The number under the pointer is written beside the name; a click chooses.
  function listen(svg, matrix, { left, top, wide, high, width, height }, { labels, columns, pick }, read) {
    const where = event => {
      const box = svg.getBoundingClientRect();
      const j = Math.floor((((event.clientX - box.left) / box.width) * width - left) / wide);
      const i = Math.floor((((event.clientY - box.top) / box.height) * height - top) / high);
      return i >= 0 && i < matrix.rows ? [i, j >= 0 && j < matrix.cols ? j : null] : null;
    };
    svg.addEventListener('pointermove', event => {
      const [i, j] = where(event) || [0, null];
      if (j === null) {
        read.textContent = '';
        return;
      }
      const value = matrix.at(i, j), word = columns ? columns[j] : `number ${j + 1}`;
      read.textContent = `${labels ? labels[i] + ' · ' : ''}${word}: ${Number.isNaN(value) ? 'hidden' : number(value)}`;
    });
    svg.addEventListener('pointerleave', () => {
      read.textContent = '';
    });
    if (pick) {
      svg.addEventListener('click', event => {
        const at = where(event);
        if (at) pick(...at);
      });
    }
  }

  window.courseAnatomy.heat = heat;
})();
