// What live/editor.js needs of CodeMirror 6, in one file. Built by "npm ci && npm run build" in this folder.
export { EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
export { EditorView, drawSelection, hoverTooltip, keymap, showTooltip } from '@codemirror/view';
export { defaultKeymap, history, historyKeymap, indentLess, indentWithTab } from '@codemirror/commands';
export {
  HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from '@codemirror/language';
export { csharp } from '@codemirror/legacy-modes/mode/clike';
export {
  autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap,
} from '@codemirror/autocomplete';
export { setDiagnostics } from '@codemirror/lint';
export { tags } from '@lezer/highlight';
