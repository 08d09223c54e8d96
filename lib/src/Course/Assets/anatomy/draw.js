// Draws numbers: a matrix as coloured cells with a row per token, lines between tokens as strong as the attention is, bars. All of it is SVG in
// the colours of the page, light or dark; signed numbers go from blue through the page's own colour to red, shares from it to orange.
'use strict';
(() => {
  const space = 'http://www.w3.org/2000/svg';

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined && value !== false)
        made.setAttribute(key, value === true ? '' : value);
    }
    made.append(...children.filter(child => child !== null && child !== undefined));
    return made;
  }

  function shape(name, attributes, ...children) {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes || {}))
      if (value !== null && value !== undefined) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const isDark = () => document.documentElement.dataset.theme === 'dark';
  const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  const mix = (a, b, t) => a.map((value, i) => Math.round(value + (b[i] - value) * t));

  // From nothing (0) to all (1), and from the most negative (-1) to the most positive (1); RdBu as in the course's figures.
  function ramp(stops) {
    const colours = stops.map(rgb);
    return t => {
      const place = Math.max(0, Math.min(1, t)) * (colours.length - 1),
        low = Math.min(Math.floor(place), colours.length - 2);
      return mix(colours[low], colours[low + 1], place - low);
    };
  }
  const light = {
    share: ramp(['#ffffff', '#fde3c8', '#f9b26b', '#e0701f', '#8f2f06']),
    low: ramp(['#fdfcf9', '#d1e5f0', '#92c5de', '#4393c3', '#2166ac', '#053061']),
    high: ramp(['#fdfcf9', '#fddbc7', '#f4a582', '#d6604d', '#b2182b', '#67001f']),
  };
  const dark = {
    share: ramp(['#1a1e23', '#53300f', '#9a5316', '#ee8a35', '#ffe3c2']),
    low: ramp(['#1a1e23', '#163652', '#1f5d92', '#4393c3', '#92c5de', '#dcf0fa']),
    high: ramp(['#1a1e23', '#54221f', '#93332d', '#d6604d', '#f4a582', '#fde6da']),
  };
  const colours = () => (isDark() ? dark : light);
  const share = weight => colours().share(weight);
  const signed = value => (value < 0 ? colours().low(-value) : colours().high(value));
  const css = colour => `rgb(${colour.join(' ')})`;
  const inkOn = ([r, g, b]) =>
    0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2 > 0.19 ? '#101316' : '#ffffff';

  // Three digits that count, a real minus, no exponent.
  function number(value, digits = 3) {
    if (value === 0) return '0';
    const size = Math.abs(value);
    const text =
      size >= 100
        ? size.toFixed(0)
        : size < 0.0005
          ? '0.000'
          : size.toFixed(Math.min(3, Math.max(0, digits - 1 - Math.floor(Math.log10(size)))));
    return (value < 0 ? '−' : '') + text;
  }

  const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

  // A matrix. options: name, rows and columns (labels), share (weights from 0 to 1, else signed numbers), row and column (chosen), pick(row,
  // column), room (how wide it may be), values (numbers in the cells), parts (columns of a head, between which lines are drawn), said (words).
  function heat(matrix, options) {
    const { rows, cols } = matrix,
      { name, labels, columns, room } = options;
    const left = labels ? Math.min(92, 12 + 7.3 * Math.max(...labels.map(label => Math.min(label.length, 11)))) : 4;
    const top = columns ? 14 + 5 * Math.max(...columns.map(label => Math.min(label.length, 11))) : 4;
    const most = columns ? (options.values ? 50 : 34) : 12,
      high = columns ? 25 : 17;
    const wide = Math.max(columns ? 12 : 0.5, Math.min(most, (room - left - 2 - (columns ? 30 : 0)) / cols));
    const width = left + wide * cols + 2 + (columns ? 30 : 0),
      height = top + high * rows + 4;
    let largest = 0;
    for (const value of matrix.data) if (Math.abs(value) > largest) largest = Math.abs(value);
    const colour = value =>
      options.share
        ? share(Math.sqrt(value))
        : signed(largest ? Math.sign(value) * Math.sqrt(Math.abs(value) / largest) : 0);
    const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' });
    if (columns) {
      columns.forEach((label, j) =>
        svg.append(
          shape(
            'text',
            {
              x: 0,
              y: 0,
              transform: `translate(${left + (j + 0.5) * wide + 3} ${top - 6}) rotate(-42)`,
              class: j === options.column ? 'chosen' : 'label',
            },
            cut(label, 11),
          ),
        ),
      );
    }
    (labels || []).forEach((label, i) =>
      svg.append(
        shape(
          'text',
          {
            x: left - 8,
            y: top + (i + 0.5) * high + 4,
            'text-anchor': 'end',
            class: i === options.row ? 'chosen' : 'label',
          },
          cut(label, 11),
        ),
      ),
    );
    if (columns)
      cells(svg, matrix, { left, top, wide, high, colour, values: options.values && wide >= 32, share: options.share });
    else
      svg.append(
        shape('image', {
          x: left,
          y: top,
          width: wide * cols,
          height: high * rows,
          href: picture(matrix, colour),
          preserveAspectRatio: 'none',
          style: 'image-rendering:pixelated',
        }),
      );
    if (options.parts)
      for (let j = options.parts; j < cols; j += options.parts)
        svg.append(
          shape('line', {
            x1: left + j * wide,
            x2: left + j * wide,
            y1: top - 3,
            y2: top + high * rows + 3,
            class: 'part',
          }),
        );
    if (options.row !== undefined)
      svg.append(
        shape('rect', {
          x: left - 1,
          y: top + options.row * high - 0.5,
          width: wide * cols + 2,
          height: high + 1,
          class: 'ring',
        }),
      );
    if (columns && options.column !== undefined && options.row !== undefined)
      svg.append(
        shape('rect', {
          x: left + options.column * wide,
          y: top + options.row * high,
          width: wide,
          height: high,
          class: 'ring strong',
        }),
      );
    const read = element('span', { class: 'read' });
    const where = event => {
      const box = svg.getBoundingClientRect();
      const j = Math.floor((((event.clientX - box.left) / box.width) * width - left) / wide),
        i = Math.floor((((event.clientY - box.top) / box.height) * height - top) / high);
      return i >= 0 && i < rows ? [i, j >= 0 && j < cols ? j : null] : null;
    };
    svg.addEventListener('pointermove', event => {
      const at = where(event);
      read.textContent =
        !at || at[1] === null
          ? ''
          : `${labels ? labels[at[0]] + ' · ' : ''}${columns ? columns[at[1]] : `number ${at[1] + 1}`}: ` +
            (Number.isNaN(matrix.at(...at)) ? 'hidden' : number(matrix.at(...at)));
    });
    svg.addEventListener('pointerleave', () => {
      read.textContent = '';
    });
    if (options.pick)
      svg.addEventListener('click', event => {
        const at = where(event);
        if (at) options.pick(...at);
      });
    return element(
      'figure',
      {
        class: 'an-matrix' + (options.pick ? ' pick' : ''),
        role: 'img',
        'aria-label': options.said || `${name}: ${rows} rows, ${cols} columns`,
      },
      element('figcaption', {}, element('b', {}, name), ` ${rows} × ${cols} `, read),
      svg,
    );
  }

  function cells(svg, matrix, { left, top, wide, high, colour, values, share }) {
    for (let i = 0; i < matrix.rows; i++) {
      for (let j = 0; j < matrix.cols; j++) {
        const value = matrix.at(i, j),
          hidden = Number.isNaN(value),
          fill = hidden ? null : colour(value);
        svg.append(
          shape('rect', {
            x: left + j * wide + 0.5,
            y: top + i * high + 0.5,
            width: wide - 1,
            height: high - 1,
            rx: 2,
            ...(hidden ? { class: 'hidden' } : { fill: css(fill) }),
          }),
        );
        if (hidden)
          svg.append(
            shape('path', {
              d: `M${left + j * wide + 3} ${top + i * high + high - 4}l${wide - 6} ${-high + 8}`,
              class: 'hatch',
            }),
          );
        else if (values && !(share && value < 0.005))
          svg.append(
            shape(
              'text',
              {
                x: left + (j + 0.5) * wide,
                y: top + (i + 0.5) * high + 4,
                'text-anchor': 'middle',
                class: 'value',
                fill: inkOn(fill),
              },
              share ? value.toFixed(2) : number(value, 2),
            ),
          );
      }
    }
  }

  // A cell per pixel, which the browser makes larger.
  function picture(matrix, colour) {
    const canvas = element('canvas', { width: matrix.cols, height: matrix.rows }),
      context = canvas.getContext('2d');
    const image = context.createImageData(matrix.cols, matrix.rows);
    matrix.data.forEach((value, i) =>
      image.data.set(Number.isNaN(value) ? [128, 128, 128, 40] : [...colour(value), 255], 4 * i),
    );
    context.putImageData(image, 0, 0);
    return canvas.toDataURL();
  }

  // A small picture of a matrix, without words, for a button.
  function small(matrix, isShare, width, height) {
    let largest = 0;
    for (const value of matrix.data) if (Math.abs(value) > largest) largest = Math.abs(value);
    const href = picture(matrix, value =>
      isShare ? share(Math.sqrt(value)) : signed(Math.sign(value) * Math.sqrt(Math.abs(value) / (largest || 1))),
    );
    return element('img', { src: href, alt: '', width, height, class: 'small' });
  }

  // Queries on the left, keys on the right.
  function lines(weights, queries, keys, query, key, pick, title) {
    const pitch = 27,
      width = 264,
      left = 88,
      right = 172,
      top = 24,
      rows = Math.max(queries.length, keys.length);
    const svg = shape('svg', {
      viewBox: `0 0 ${width} ${top + rows * pitch}`,
      width,
      height: top + rows * pitch,
      class: 'an-lines',
      role: 'img',
      'aria-label': title,
    });
    svg.append(
      shape('text', { x: left - 8, y: 11, 'text-anchor': 'end', class: 'head' }, 'looks'),
      shape('text', { x: right + 8, y: 11, class: 'head' }, 'is looked at'),
    );
    const y = i => top + (i + 0.5) * pitch;
    for (let t = 0; t < weights.rows; t++) {
      for (let s = 0; s < weights.cols; s++) {
        const weight = weights.at(t, s),
          isChosen = t === query;
        if (weight < (isChosen ? 0.004 : 0.08)) continue;
        svg.append(
          shape('path', {
            d: `M${left} ${y(t)}C${left + 42} ${y(t)} ${right - 42} ${y(s)} ${right} ${y(s)}`,
            class: isChosen ? 'line on' : 'line',
            'stroke-width': (0.6 + 7 * weight).toFixed(2),
            'stroke-opacity': isChosen ? (0.25 + 0.75 * weight).toFixed(3) : (0.22 * weight).toFixed(3),
          }),
        );
      }
    }
    const label = (text, i, x, anchor, chosen, choose) =>
      svg.append(
        shape('text', { x, y: y(i) + 4.5, 'text-anchor': anchor, class: chosen ? 'chosen' : 'label' }, cut(text, 11)),
      );
    queries.forEach((text, i) => label(text, i, left - 8, 'end', i === query));
    keys.forEach((text, i) => label(text, i, right + 8, 'start', i === key));
    svg.addEventListener('click', event => {
      const box = svg.getBoundingClientRect(),
        x = ((event.clientX - box.left) / box.width) * width,
        i = Math.floor((((event.clientY - box.top) / box.height) * (top + rows * pitch) - top) / pitch);
      if (x < width / 2 && i >= 0 && i < queries.length) pick(i, null);
      if (x >= width / 2 && i >= 0 && i < keys.length) pick(query, i);
    });
    return svg;
  }

  // Bars with words: [label, value, said, isStrong].
  function bars(entries, title) {
    const largest = Math.max(...entries.map(([, value]) => Math.abs(value))) || 1;
    return element(
      'ul',
      { class: 'an-bars', 'aria-label': title },
      ...entries.map(([label, value, said, strong]) => {
        const bar = element('i');
        bar.style.width = `${(100 * Math.abs(value)) / largest}%`;
        return element(
          'li',
          { class: strong ? 'strong' : null },
          element('b', {}, label),
          element('span', {}, bar),
          element('em', {}, said),
        );
      }),
    );
  }

  Object.assign(window.courseAnatomy, { element, shape, number, heat, small, lines, bars, share, css, inkOn });
})();
