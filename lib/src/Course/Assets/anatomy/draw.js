// What the figures are drawn with: elements, the colours of the page, light or dark, and numbers in three digits; a
// matrix as a small picture, lines between tokens as strong as the attention is, bars. Signed numbers go from blue
// through the page's own colour to red, shares from it to orange.
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

  // Parts of sentences and formulas.
  const some = (row, count = 3) => `[${Array.from(row.slice(0, count), value => number(value)).join(', ')}, …]`;
  const sign = text => element('div', { class: 'an-sign', 'aria-hidden': 'true' }, text);
  const bracket = value => (value < 0 ? `(${number(value)})` : number(value));
  const sub = value => [...String(value)].map(digit => '₀₁₂₃₄₅₆₇₈₉'[digit]).join('');
  const percent = share => (share >= 0.0995 ? `${Math.round(100 * share)} %` : `${number(100 * share, 2)} %`);

  Object.assign(window.courseAnatomy, {
    element, shape, number, cut, picture, share, signed, css, inkOn, small, lines, bars,
    some, sign, bracket, sub, percent,
  });
})();
