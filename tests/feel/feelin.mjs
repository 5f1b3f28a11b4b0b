/** Reads [[expression, context], …] as JSON, writes what feelin makes of each: {value} or {error}. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = join(process.argv[2], 'node_modules', 'feelin', 'dist', 'index.js');
const { evaluate } = await import(pathToFileURL(entry).href);

/** A value as plain JSON; dates, times and durations as their text. */
function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') return { function: true };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    const name = value.constructor?.name ?? 'Object';
    if (name !== 'Object') return { type: name, text: String(value) };
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  }
  return value;
}

const results = JSON.parse(readFileSync(0, 'utf8')).map(([text, context]) => {
  try {
    return { value: plain(evaluate(text, context).value) };
  } catch (error) {
    return { error: String(error.message).split('\n')[0] };
  }
});
process.stdout.write(JSON.stringify(results));
