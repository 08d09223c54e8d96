// Asks an engine (live/engine.js) to send a sentence through a model. What it runs is C# as in a cell of a chapter, so any engine can.
const mime = 'application/vnd.course.anatomy+json';
const models = {
  'en-fr': { type: 'Translator', variable: 'anatomyTranslator' },
  'austen-gpt': { type: 'LanguageModel', variable: 'anatomyGpt' },
};
let engine = null,
  life = null,
  loaded = new Set();

// As a literal of C#: JSON's, in ASCII alone.
const literal = text =>
  JSON.stringify(text).replace(/[^ -~]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));

// What the model makes of a text, as Anatomy.ToJson writes it. say(text) tells what is being done.
export async function ask(model, text, say) {
  if (!engine) {
    const { ServerEngine } = await import('../live/server-engine.js');
    engine = new ServerEngine('anatomy.ipynb');
  }
  say('The engine starts …');
  await engine.start();
  if (life !== engine.life) {
    life = engine.life;
    loaded = new Set();
  }
  const { type, variable } = models[model];
  if (!loaded.has(model)) {
    say('The model is read …');
    await run(
      `#r "../lib/bin/TransformersFromScratch.dll"\nusing TransformersFromScratch;\nvar ${variable} = ${type}.Load("../data/${model}.safetensors");`,
    );
    loaded.add(model);
  }
  say('It computes …');
  const shown = await run(`display(Anatomy.Of(${variable}, ${literal(text)}).ToJson(), "${mime}");`);
  if (!shown)
    throw new Error('The engine has computed, but shown nothing. Build the library anew: dotnet build lib/src/Course');
  return typeof shown === 'string' ? JSON.parse(shown) : shown; // JSON within JSON comes as it is, from Jupyter's messages
}

async function run(code) {
  let shown = null,
    problem = null;
  const { status } = await engine.execute(
    code,
    (kind, content) => {
      if (kind === 'error') problem = content.evalue;
      if (kind === 'display_data' && content.data[mime]) shown = content.data[mime];
    },
    'anatomy',
  );
  if (status === 'lost') throw new Error('The engine has ended. Press the button again.');
  if (status !== 'ok') throw new Error(problem || 'The engine could not run this. Press the button again.');
  return shown;
}
