/**
 * Builds the front end: every module in this folder becomes one file of the same name in static/dist.
 * What several of them use becomes a part of its own in dist/delen, so that a page loads no more than it
 * needs. The same input gives the same bytes, on every machine.
 */
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { patches } from './patches.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'dist');
const packages = join(here, 'node_modules');

/** Style sheets and fonts of packages: a folder or file, and where it comes in dist. */
const ASSETS = [
  ['bpmn-js/dist/assets', 'bpmn-js'],
  ['bpmn-js/LICENSE', 'bpmn-js/LICENSE'],
  ['dmn-js/dist/assets', 'dmn-js'],
  ['dmn-js/LICENSE', 'dmn-js/LICENSE'],
  ['@bpmn-io/properties-panel/dist/assets/properties-panel.css', 'bpmn-js/properties-panel.css'],
  ['bpmn-js-color-picker/colors/color-picker.css', 'bpmn-js/color-picker.css'],
  ['bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css', 'bpmn-js/token-simulation.css'],
  ['diagram-js-minimap/assets/diagram-js-minimap.css', 'bpmn-js/minimap.css'],
];

const names = (await readdir(here)).filter((name) => name.endsWith('.js')).sort();

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: names.map((name) => join(here, name)),
  outdir: target,
  absWorkingDir: here,
  bundle: true,
  splitting: true,
  chunkNames: 'delen/[name]-[hash]',
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  charset: 'utf8',
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [patches],
});
for (const [from, to] of ASSETS) {
  await cp(join(packages, from), join(target, to), { recursive: true });
}
console.log(`Gebouwd: ${names.join(', ')}`);
