// The engine's worker: .NET and the cell engine, away from the page's thread. The page speaks to it by messages
// (assets/live/wasm-engine.js): { id, ask, …} is answered by { id, result } or { id, problem }; what a cell shows comes
// as { run, type, content }; { loaded, of } and { reading } say what it is doing.
import { dotnet } from './framework/dotnet.js';

const contents = await (await fetch(new URL('contents.json', import.meta.url))).json();
const assemblies = new Map(); // bytes by file name: the runtime loads them, and the compiler reads them
const answers = new Map(); // of questions to the reader, by number
let loaded = 0, questions = 0, engine, signal = null;

const asked = {
  start: ({ folder }) => start(folder),
  complete: ({ code, at }) => JSON.parse(engine.Complete(code, at)),
  inspect: ({ code, at }) => engine.Inspect(code, at) || null,
  execute: data => {
    signal = data.signal;
    if (isStopAsked()) signal = null; // this browser does not let us read it: the page ends the worker instead
    return engine.ExecuteAsync(data.id, data.code);
  },
  look: () => { setTimeout(engine.Look, 250); }, // heard while a cell waits; longer than between two of its own looks
  answer: ({ question, text }) => { answers.get(question)(text); answers.delete(question); },
};

self.onmessage = async ({ data }) => {
  try { postMessage({ id: data.id, result: await asked[data.ask](data) }); }
  catch (problem) { postMessage({ id: data.id, problem: problem.message || String(problem) }); }
};
postMessage({ here: true, of: contents.bytes });

async function start(folder) {
  const { Module, getAssemblyExports, setModuleImports, getConfig } = await dotnet
    .withResourceLoader((type, name) => type === 'dotnetjs' ? undefined : fetched(type, name))
    .create();
  setModuleImports('worker', {
    isStopAsked,
    show: (run, type, content) => postMessage({ run, type, content: JSON.parse(content) }),
    ask: (prompt, password) => new Promise(done => {
      answers.set(++questions, done);
      postMessage({ question: questions, prompt, password });
    }),
  });
  layOut(Module.FS);
  engine = (await getAssemblyExports(getConfig().mainAssemblyName)).Notebooks.InThePage.Program;
  await engine.StartAsync(folder);
}

// The page takes the cell's signal back, an address of a few bytes in its memory, to say that the cell is to stop: to
// read it is all that a worker can do about the page while it computes.
function isStopAsked() {
  if (!signal) return false;
  try {
    const request = new XMLHttpRequest();
    request.open('GET', signal, false);
    request.send();
    return false;
  } catch { return true; }
}

// A file of the runtime, unpacked on the way: plain servers send what lies there.
async function fetched(type, name) {
  const response = await fetch(new URL(`framework/${name}.gz`, import.meta.url));
  if (!response.ok) throw new Error(`${name} cannot be fetched: ${response.status} ${response.statusText}`);
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, onward) {
      loaded += chunk.length;
      postMessage({ loaded, of: contents.bytes });
      onward.enqueue(chunk);
    },
  }));
  const bytes = await new Response(counted.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  if (name.endsWith('.dll')) assemblies.set(name, new Uint8Array(bytes));
  return new Response(bytes, {
    headers: { 'Content-Type': type === 'dotnetwasm' ? 'application/wasm' : 'application/octet-stream' },
  });
}

// What the engine finds as files: the assemblies, and the course's own folders. A data file is fetched when it is first
// opened; the worker may wait for it, the page does not.
function layOut(FS) {
  const file = (path, size, read) => {
    FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    const node = FS.lookupPath(path.slice(0, path.lastIndexOf('/'))).node;
    const made = FS.mknod(path, 0o100444, 0);
    made.usedBytes = size;
    made.bring = read;
  };
  const open = FS.open;
  FS.open = (path, ...rest) => {
    const node = typeof path === 'string' ? FS.analyzePath(path).object : path;
    if (node && node.bring) {
      node.contents = node.bring();
      node.usedBytes = node.contents.length;
      delete node.bring;
    }
    return open.call(FS, path, ...rest);
  };
  // A cell sees the framework and the engine; the library, when it has referred to it.
  const isSeen = /^(System\.|Microsoft\.(CSharp|Win32)|mscorlib|netstandard|Notebooks\.)/;
  for (const [name, bytes] of assemblies) {
    if (isSeen.test(name)) file(`/framework/${name}`, bytes.length, () => bytes);
  }
  for (const path of contents.library) {
    const bytes = assemblies.get(path.split('/').pop());
    file(`/course/lib/bin/${path}`, bytes.length, () => bytes);
  }
  for (const { path, bytes, at } of contents.files) {
    file(`/course/${path}`, bytes, () => readNow(path, at, bytes));
  }
  FS.mkdirTree('/course/notebooks');
}

function readNow(path, at, bytes) {
  postMessage({ reading: path, bytes });
  const request = new XMLHttpRequest();
  request.open('GET', new URL(at, import.meta.url), false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw new Error(`${path} cannot be fetched: ${request.status}`);
  postMessage({ read: path });
  return new Uint8Array(request.response);
}
