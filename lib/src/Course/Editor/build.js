// Bundles codemirror.js into the site's assets, with the licence of every package that is in it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const out = '../Assets/live/';
const { metafile } = await build({
  entryPoints: ['codemirror.js'], outfile: out + 'codemirror.js', bundle: true, minify: true, format: 'esm',
  target: 'es2022', legalComments: 'none', metafile: true, lineLimit: 4000,
  banner: { js: '/* CodeMirror 6, MIT; see codemirror-licences.txt. Built in lib/src/Course/Editor. */' },
});

const packages = Object.keys(metafile.inputs).map(path => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
const licences = [...new Set(packages.filter(Boolean))].sort().map(name => {
  const folder = `node_modules/${name}/`, { version } = JSON.parse(readFileSync(folder + 'package.json'));
  const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(folder + file, 'utf8').trim()}\n`;
});
writeFileSync(out + 'codemirror-licences.txt', licences.join('\n' + '-'.repeat(72) + '\n\n'));
