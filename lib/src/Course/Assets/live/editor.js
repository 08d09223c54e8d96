import * as cm from './codemirror.js';

// C# as CodeMirror's own mode reads it, with what that does not know: raw strings, calls, and newer words.
const words = /^(and|file|init|not|nint|nuint|or|record|required|scoped|when|with)$/;
const language = cm.StreamLanguage.define({
  ...cm.csharp,
  token(stream, state) {
    if (state.raw) {
      if (stream.skipTo(state.raw)) { stream.match(state.raw); state.raw = null; } else stream.skipToEnd();
      return 'string';
    }
    const raw = stream.match(/^\$*("{3,})/);
    if (raw) { state.raw = raw[1]; return 'string'; }
    if (stream.sol() && stream.match(/^\s*#!?\w/, false)) { stream.skipToEnd(); return 'comment'; }
    const dotted = stream.string[stream.pos - 1] === '.', kind = cm.csharp.token(stream, state);
    if (kind !== 'variable') return kind;
    const word = stream.current();
    if (words.test(word)) return 'keyword';
    if (stream.match(/^(<[\w, <>[\]?]*>)?\(/, false)) return 'variableName.function';
    return !dotted && /^[A-Z]\w*[a-z]/.test(word) ? 'typeName' : kind;
  },
});

const t = cm.tags;
const colours = cm.HighlightStyle.define([
  { tag: [t.keyword, t.controlKeyword, t.atom, t.bool, t.null], class: 'key' },
  { tag: [t.typeName, t.className, t.standard(t.name)], class: 'type' },
  { tag: t.function(t.variableName), class: 'call' },
  { tag: [t.string, t.character, t.special(t.string)], class: 'str' },
  { tag: t.number, class: 'num' },
  { tag: [t.comment, t.meta], class: 'com' },
]);

// An editor in the place of a cell's code. `on` has changed(), run(), complete(code, at), inspect(code, at).
export class Editor {
  #view;

  constructor(place, text, label, on) {
    const keys = [
      { key: 'Shift-Enter', run: () => { on.run(); return true; } },
      { key: 'Mod-Enter', run: () => { on.run(); return true; } },
      { key: 'Shift-Tab', run: view => this.#explain(view, on) },
      { key: 'Escape', run: () => this.#hush() },
    ];
    this.#view = new cm.EditorView({
      parent: place,
      doc: text,
      extensions: [
        cm.Prec.highest(cm.keymap.of(keys)),
        cm.history(), cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(),
        cm.EditorState.tabSize.of(4), cm.indentUnit.of('    '), cm.EditorView.lineWrapping,
        language, cm.syntaxHighlighting(colours), documentation,
        cm.autocompletion({ override: [context => completions(context, on)] }),
        cm.hoverTooltip(async (view, at) => tooltip(at, await on.inspect(view.state.doc.toString(), at)),
          { hoverTime: 500 }),
        cm.keymap.of([
          ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.defaultKeymap, ...cm.historyKeymap, cm.indentWithTab,
        ]),
        cm.EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        cm.EditorView.updateListener.of(update => {
          if (!update.docChanged) return;
          this.#hush();
          on.changed();
        }),
      ],
    });
  }

  get text() { return this.#view.state.doc.toString(); }

  set text(text) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  // Puts the cursor where the reader has clicked.
  focus(point) {
    const at = point && this.#view.posAtCoords(point);
    if (at) this.#view.dispatch({ selection: { anchor: at } });
    this.#view.focus();
  }

  // Underlines errors: { line, column, message }, both from 1; without a column, the whole line.
  mark(errors) {
    const doc = this.#view.state.doc;
    const marks = errors.filter(error => error.line >= 1 && error.line <= doc.lines).map(error => {
      const line = doc.line(error.line), start = line.from + line.text.search(/\S|$/);
      const from = error.column ? Math.min(line.from + error.column - 1, line.to) : start;
      const word = this.#view.state.wordAt(from);
      const to = error.column ? word && word.from === from ? word.to : Math.min(from + 1, line.to) : line.to;
      return { from: Math.min(from, to), to, severity: 'error', message: error.message };
    });
    this.#view.dispatch(cm.setDiagnostics(this.#view.state, marks));
  }

  #hush() {
    if (!this.#view.state.field(documentation)) return false;
    this.#view.dispatch({ effects: setDocumentation.of(null) });
    return true;
  }

  // Shift-Tab after a word or a parenthesis explains it, as in Jupyter; before the first letter it indents less.
  #explain(view, on) {
    const { head, empty } = view.state.selection.main, line = view.state.doc.lineAt(head);
    if (!empty || !line.text.slice(0, head - line.from).trim()) return cm.indentLess(view);
    on.inspect(view.state.doc.toString(), head).then(text =>
      view.dispatch({ effects: setDocumentation.of(tooltip(head, text || 'There is nothing to say here.')) }));
    return true;
  }
}

const setDocumentation = cm.StateEffect.define();
const documentation = cm.StateField.define({
  create: () => null,
  update(shown, change) {
    for (const effect of change.effects) if (effect.is(setDocumentation)) return effect.value;
    return change.docChanged || change.selection ? null : shown;
  },
  provide: field => cm.showTooltip.from(field),
});

function tooltip(at, text) {
  if (!text) return null;
  return {
    pos: at, above: true,
    create() {
      const dom = document.createElement('pre');
      dom.className = 'live-help';
      dom.textContent = text;
      return { dom };
    },
  };
}

const icons = {
  method: 'method', class: 'class', structure: 'class', interface: 'interface', enum: 'enum', keyword: 'keyword',
  property: 'property', field: 'property', local: 'variable', parameter: 'variable', namespace: 'namespace',
};

async function completions(context, on) {
  const before = context.matchBefore(/[\w.]+/);
  if (!context.explicit && (!before || /^\d/.test(before.text))) return null;
  const found = await on.complete(context.state.doc.toString(), context.pos);
  return found && found.options.length ? {
    from: found.from, to: found.to, validFor: /^\w*$/,
    options: found.options.map((option, i) => (
      { label: option.label, type: icons[(option.type || '').toLowerCase()], boost: Math.max(-99, 99 - i) })),
  } : null;
}
