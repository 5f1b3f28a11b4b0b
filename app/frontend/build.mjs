/**
 * Builds the front end: every module in this folder becomes one file of the same name in static/dist,
 * with what it imports inside. The same input gives the same bytes, on every machine.
 */
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'dist');
const bpmnJs = join(here, 'node_modules', 'bpmn-js');

const names = (await readdir(here)).filter((name) => name.endsWith('.js')).sort();

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: names.map((name) => join(here, name)),
  outdir: target,
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  charset: 'utf8',
  legalComments: 'linked',
  logLevel: 'warning',
});
await cp(join(bpmnJs, 'dist', 'assets'), join(target, 'bpmn-js'), { recursive: true });
await cp(join(bpmnJs, 'LICENSE'), join(target, 'bpmn-js', 'LICENSE'));
console.log(`Gebouwd: ${names.join(', ')}`);
