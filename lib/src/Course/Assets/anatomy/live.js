// Asks an engine (live/engine.js) to send a sentence through a model. What it runs is C# as in a cell of a chapter, so
// any engine can: the kernel behind 'course open', or .NET in the page itself.
const mime = 'application/vnd.course.anatomy+json';
const models = {
  'en-fr': { type: 'Translator', variable: 'anatomyTranslator' },
  'austen-gpt': { type: 'LanguageModel', variable: 'anatomyGpt' },
};
let engine = null, life = null, loaded = new Set();

// What the model makes of a text, as Anatomy.ToJson writes it. say(text) tells what is being done.
export async function ask(model, text, say) {
  engine = engine || (await newEngine());
  const tell = () => say((engine.words && engine.words[engine.state]) || 'The engine starts …');
  engine.addEventListener('state', tell);
  tell();
  try {
    await engine.start();
  } finally {
    engine.removeEventListener('state', tell);
  }
  if (life !== engine.life) {
    life = engine.life;
    loaded = new Set();
  }
  const { type, variable } = models[model];
  if (!loaded.has(model)) {
    say('The model is read …');
    await run(
      '#r "../lib/bin/TransformersFromScratch.dll"\nusing TransformersFromScratch;\n' +
        `var ${variable} = ${type}.Load("../data/${model}.safetensors");`,
    );
    loaded.add(model);
  }
  say('It computes …');
  const shown = await run(`display(Anatomy.Of(${variable}, ${literal(text)}).ToJson(), "${mime}");`);
  if (!shown) throw new Error('The engine has shown nothing. Build the library anew: dotnet build lib/src/Course');
  return typeof shown === 'string' ? JSON.parse(shown) : shown; // JSON within Jupyter's JSON comes as it is
}

// The page says which there is (data-engine).
async function newEngine() {
  if (document.documentElement.dataset.engine === 'server') {
    const { ServerEngine } = await import('../live/server-engine.js');
    return new ServerEngine('anatomy.ipynb');
  }
  const { WasmEngine } = await import('../live/wasm-engine.js');
  return new WasmEngine();
}

// As a literal of C#: JSON's, in ASCII alone.
const literal = text =>
  JSON.stringify(text).replace(/[^ -~]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));

async function run(code) {
  let shown = null, problem = null;
  const { status } = await engine.execute(code, (kind, content) => {
    if (kind === 'error') problem = content.evalue;
    if (kind === 'display_data' && content.data[mime]) shown = content.data[mime];
  }, 'anatomy');
  if (status === 'lost') throw new Error('The engine has ended. Press the button again.');
  if (status !== 'ok') throw new Error(problem || 'The engine could not run this. Press the button again.');
  return shown;
}
