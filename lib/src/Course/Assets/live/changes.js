// What a reader has changed, by page and cell. It stays in this browser, under this address, until it is taken back.
const key = (chapter, id) => `live:${chapter}:${id}`;

// A short number of a text: whether the course's own version is still the one that was changed.
const mark = text => [...text].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) >>> 0, 7);

export function changedText(chapter, id) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(chapter, id)));
    return kept && typeof kept.text === 'string' ? kept : null;
  } catch { return null; }
}

export function keepChange(chapter, id, text, original) {
  try {
    if (text === original) localStorage.removeItem(key(chapter, id));
    else localStorage.setItem(key(chapter, id), JSON.stringify({ text, of: mark(original) }));
  } catch { /* private windows may refuse: the change lasts as long as the page */ }
}

export const isOfThis = (kept, original) => kept.of === mark(original);

// Called when another tab has changed a cell of this chapter.
export function onOtherTab(chapter, changed) {
  addEventListener('storage', event => {
    const start = `live:${chapter}:`;
    if (event.key && event.key.startsWith(start)) changed(event.key.slice(start.length));
  });
}

// The lines of two texts: ' ' in both, '-' only before, '+' only after (the longest common subsequence).
export function difference(before, after) {
  const a = before.split('\n'), b = after.split('\n');
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const lines = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push([' ', a[i++], j++]);
    else if (j >= b.length || (i < a.length && longest[i + 1][j] >= longest[i][j + 1])) lines.push(['-', a[i++]]);
    else lines.push(['+', b[j++]]);
  }
  return lines.map(([sign, text]) => [sign, text]);
}
