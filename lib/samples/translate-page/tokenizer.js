// Byte-pair encoding as tokenizer.json describes it: lib/src/TransformersFromScratch/Text/BytePairEncoding.cs, in the
// browser. A text is cut into pieces; each piece is a row of bytes; and of neighbours the pair that was learned first
// is joined, again and again.

// A byte as the one character that the file writes for it: itself where it can be seen, else one from U+0100 on.
const spelled = (() => {
  const visible = byte => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(visible(byte) ? byte : next++));
})();
const byteOf = new Map(spelled.map((character, byte) => [character, byte]));

export class BytePairEncoding {
  #ids; #names; #ranks; #special; #pieces; #before;

  /** @param file What tokenizer.json holds. */
  constructor(file) {
    this.#ids = new Map(Object.entries(file.model.vocab));
    this.#names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    this.#ranks = new Map(file.model.merges.map((pair, rank) => [Array.isArray(pair) ? pair.join(' ') : pair, rank]));
    this.#special = new Set(file.added_tokens.filter(token => token.special).map(token => token.id));
    this.#pieces = new RegExp(file.pre_tokenizer.pretokenizers[0].pattern.Regex, 'gu');
    this.#before = file.normalizer?.type === 'Prepend' ? file.normalizer.prepend : '';
  }

  /** The ids of a text. */
  encode(text) {
    const pieces = text === '' ? [] : (this.#before + text).match(this.#pieces) ?? [];
    return pieces.flatMap(piece => this.#encodePiece(piece)).map(name => this.#ids.get(name));
  }

  /** The text of ids; special tokens have none. */
  decode(ids) {
    const bytes = ids.flatMap(id => this.#bytes(id));
    const text = new TextDecoder().decode(new Uint8Array(bytes));
    return this.#before !== '' && text.startsWith(this.#before) ? text.slice(this.#before.length) : text;
  }

  /** A token to be shown: a blank as ␣, a special token by its name. */
  show(id) {
    return this.#special.has(id)
      ? this.#names.get(id)
      : new TextDecoder().decode(new Uint8Array(this.#bytes(id))).replaceAll(' ', '␣');
  }

  #bytes(id) {
    return this.#special.has(id) ? [] : Array.from(this.#names.get(id), character => byteOf.get(character));
  }

  #encodePiece(piece) {
    let tokens = Array.from(new TextEncoder().encode(piece), byte => spelled[byte]);
    for (;;) {
      let best = Infinity, at = -1;
      for (let i = 0; i + 1 < tokens.length; i++) {
        const rank = this.#ranks.get(`${tokens[i]} ${tokens[i + 1]}`) ?? Infinity;
        if (rank < best) { [best, at] = [rank, i]; }
      }

      if (at < 0) { return tokens; }

      tokens.splice(at, 2, tokens[at] + tokens[at + 1]);
    }
  }
}
