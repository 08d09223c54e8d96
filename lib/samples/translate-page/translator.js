// A model with encoder and decoder in the browser. ONNX Runtime computes the graphs; what this file adds is the loop
// around them: greedy decoding with a cache, as lib/src/TransformersFromScratch/Decoding/Greedy.cs does it.
import * as ort from './runtime/ort.wasm.bundle.min.mjs';
import { BytePairEncoding } from './tokenizer.js';

ort.env.wasm.numThreads = 1; // More need a server that isolates the page from others.
ort.env.wasm.wasmPaths = { wasm: new URL('./runtime/ort-wasm-simd-threaded.wasm', import.meta.url).href };

const whole = (numbers, shape) => new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), shape);

export class Translator {
  #encoder; #decoder; #further; #start; #end; #most; #longest;

  /** Loads a folder as `course export MODEL FOLDER --onnx` writes it. */
  static async load(folder) {
    const [config, generation, tokens, about] = await Promise.all(
      ['config', 'generation_config', 'tokenizer', 'tokenizer_config'].map(
        async name => (await fetch(`${folder}/${name}.json`)).json()));
    const translator = new Translator();
    translator.tokens = new BytePairEncoding(tokens);
    translator.#start = config.decoder_start_token_id;
    translator.#end = config.eos_token_id;
    translator.#most = generation.max_new_tokens ?? 100;
    translator.#longest = about.model_max_length ?? Infinity;
    [translator.#encoder, translator.#decoder, translator.#further] = await Promise.all(
      ['encoder_model', 'decoder_model', 'decoder_with_past_model'].map(
        name => ort.InferenceSession.create(`${folder}/${name}.onnx`)));
    return translator;
  }

  /**
   * Translates a sentence, and says after each token what there is.
   * @param text The sentence.
   * @param progress Called with the translation so far.
   * @returns {text, source, target, attention}: ids of both, and a row of attention for each token that was written.
   */
  async translate(text, progress = () => {}) {
    const source = this.tokens.encode(text.trim());
    if (source.length === 0) { throw new Error('There is nothing to translate: write a sentence.'); }

    if (source.length > this.#longest) {
      throw new Error(
        `The sentence has ${source.length} tokens, and this model reads ${this.#longest}: cut it in two.`);
    }

    const mask = whole(source.map(() => 1), [1, source.length]);
    const { last_hidden_state: states } = await this.#encoder.run(
      { input_ids: whole(source, [1, source.length]), attention_mask: mask });
    const target = [], attention = [];
    let inputs = {
      input_ids: whole([this.#start], [1, 1]), encoder_attention_mask: mask, encoder_hidden_states: states,
    };
    let model = this.#decoder;
    while (target.length < this.#most) {
      const outputs = await model.run(inputs);
      const next = largest(outputs.logits.data);
      target.push(next);
      attention.push(meanOfHeads(outputs));
      if (next === this.#end) { break; }

      progress(this.tokens.decode(target));
      delete inputs.encoder_hidden_states; // What the decoder remembers of the source takes its place.
      inputs = { ...inputs, ...remembered(outputs), input_ids: whole([next], [1, 1]) };
      model = this.#further;
    }

    return { text: this.tokens.decode(target), source, target, attention };
  }
}

/** What a step gives to be remembered, under the names by which the next one takes it. */
const remembered = outputs => Object.fromEntries(Object.entries(outputs)
  .filter(([name]) => name.startsWith('present'))
  .map(([name, value]) => [name.replace('present', 'past_key_values'), value]));

/** The likeliest token. */
function largest(scores) {
  let best = 0;
  for (let i = 1; i < scores.length; i++) {
    if (scores[i] > scores[best]) { best = i; }
  }

  return best;
}

/** How the last layer shared its attention over the source: the mean of its heads. */
function meanOfHeads(outputs) {
  const layers = Object.keys(outputs).filter(name => name.startsWith('cross_attentions')).length;
  const { data, dims: [, heads, , length] } = outputs[`cross_attentions.${layers - 1}`];
  return Array.from({ length }, (_, key) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) { sum += data[head * length + key]; }
    return sum / heads;
  });
}
