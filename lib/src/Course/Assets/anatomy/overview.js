// The whole model at once: a row of tiles for each stack, each tile a block with the numbers that it makes.
'use strict';
(() => {
  const { element, small } = window.courseAnatomy;
  const short = { 'masked self-attention': 'masked self', 'cross-attention': 'cross', 'tokens and places': 'tokens' };

  // go(step) is called with the first step of the block that is chosen.
  function overview(trace, steps, go) {
    return trace.stacks.map((stack, s) => {
      const isLast = s === trace.stacks.length - 1;
      const [name, does] = !trace.translates ? ['GPT', 'reads and writes'] : isLast ? ['Decoder', 'writes'] : ['Encoder', 'reads'];
      return element('div', { class: stack.layers.length > 2 ? 'an-stack many' : 'an-stack' },
        element('h2', {}, name, element('span', {}, does)),
        element('div', { class: 'an-groups' },
          ...groups(steps.filter(step => step.stack === stack)).map(({ layer, tiles }) =>
            element('div', { class: layer ? 'an-layer' : 'an-end' },
              layer ? element('span', { class: 'an-no' }, `Layer ${layer}`) : null,
              ...tiles.map(step => tile(step, () => go(steps.indexOf(step)))))),
          isLast ? null : element('p', { class: 'an-memory' },
            '→ the memory: what the encoder made. Every cross-attention of the decoder reads it.')));
    });
  }

  // The first step of each block, layer by layer.
  function groups(steps) {
    const made = [], seen = new Set();
    for (const step of steps) {
      if (seen.has(step.block)) continue;
      seen.add(step.block);
      if (!step.layer || !made.length || made.at(-1).layer !== step.layer) made.push({ layer: step.layer, tiles: [] });
      made.at(-1).tiles.push(step);
    }
    return made;
  }

  function tile(step, choose) {
    const { part, stack, name } = step;
    const picture = part && part.q
      ? element('span', { class: 'an-four' }, ...part.head.map(head => small(head.weights, true, 30, 24)))
      : small(part ? part.output : name === 'next token' ? stack.output : stack.start, false, 62, 50);
    return element('button', { type: 'button', class: 'an-tile', 'data-block': step.block, onclick: choose },
      picture, element('span', {}, short[name] || name));
  }

  window.courseAnatomy.overview = overview;
})();
