// The parts of the anatomy page's figure, empty: what the reader presses, and where the steps are shown.
'use strict';
(() => {
  const { element } = window.courseAnatomy;

  // does: choose(kind), type(text), first(), back(), play(), next(), last(), to(step).
  function frame(kinds, does) {
    const parts = {};
    const box = (name, attributes, ...children) => (parts[name] = element('div', attributes, ...children));
    const group = (name, kind, label) => box(name, { class: kind, role: 'group', 'aria-label': label });
    const button = (name, text, words, key) =>
      (parts[name] = element('button', {
        type: 'button', 'data-do': name, title: `${words} (${key})`, 'aria-label': words, onclick: () => does[name](),
      }, text));

    group('models', 'an-models', 'Model').append(...Object.entries(kinds).map(([kind, { name, words }]) => element(
      'button', { type: 'button', 'data-kind': kind, onclick: () => does.choose(kind) },
      element('b', {}, name), element('span', {}, words),
    )));
    parts.label = element('label', { for: 'an-text' });
    parts.input = element('input', {
      id: 'an-text', type: 'text', maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    });
    parts.send = element('button', { type: 'submit' }, 'See it');
    parts.form = element('form', { class: 'an-form' }, parts.label, parts.input, parts.send);
    parts.form.addEventListener('submit', event => {
      event.preventDefault();
      does.type(parts.input.value);
    });
    group('ready', 'an-ready', 'Sentences');
    parts.note = element('p', { class: 'an-note', role: 'status' });

    group('whole', 'an-whole', 'The whole model: choose a block');
    parts.range = element('input', {
      type: 'range', min: 0, 'aria-label': 'Step', oninput: () => does.to(+parts.range.value),
    });
    parts.count = element('span', { class: 'an-count' });
    box('bar', { class: 'an-bar', role: 'toolbar', 'aria-label': 'Steps' },
      button('first', '«', 'To the first step', 'Home'), button('back', '← Back', 'One step back', '←'),
      button('play', '▶ Play', 'Play', 'P'), button('next', 'Next →', 'Next step', '→'),
      button('last', '»', 'To the last step', 'End'), parts.range, parts.count);

    parts.title = element('h2', { class: 'an-title' });
    parts.place = element('p', { class: 'an-place' });
    group('tokens', 'an-tokens', 'Token');
    group('heads', 'an-heads', 'Head');
    group('keys', 'an-tokens keys', 'Looks at');
    box('seen', { class: 'an-seen' });
    parts.words = element('p', { class: 'an-words', 'aria-live': 'polite' });
    parts.sums = element('pre', { class: 'an-sums' });
    box('why', { class: 'an-why' });
    parts.stage = element('section', { class: 'an-stage', 'aria-label': 'The step' },
      element('div', { class: 'an-head' }, parts.title, parts.place),
      element('div', { class: 'an-choice' }, parts.tokens, parts.heads, parts.keys),
      element('div', { class: 'an-body' },
        parts.seen, element('div', { class: 'an-side' }, parts.words, parts.sums, parts.why)));
    parts.all = [
      element('div', { class: 'an-ask' }, parts.models, element('div', {}, parts.form, parts.ready, parts.note)),
      parts.whole, parts.bar, parts.stage,
    ];
    return parts;
  }

  // A token is a button; of those that are looked at, the colour is the weight. Those from read on are the model's own.
  function chips(box, tokens, chosen, choose, { weights, read = Infinity }) {
    const { share, css, inkOn } = window.courseAnatomy, focused = [...box.children].indexOf(document.activeElement);
    box.replaceChildren(...tokens.map((text, i) => {
      const words = weights ? `${text}: ${(100 * weights[i]).toFixed(1)} %` : i >= read ? 'written by the model' : null;
      const chip = element('button', {
        type: 'button', 'aria-pressed': String(i === chosen), class: i >= read ? 'written' : null, title: words,
        onclick: () => choose(i, null),
      }, text);
      if (weights) {
        const colour = share(Math.sqrt(weights[i]));
        chip.style.background = css(colour);
        chip.style.color = inkOn(colour);
      }
      return chip;
    }));
    if (focused >= 0 && box.children[focused]) box.children[focused].focus();
  }

  Object.assign(window.courseAnatomy, { frame, chips });
})();
