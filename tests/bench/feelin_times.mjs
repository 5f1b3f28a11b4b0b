/** Microseconds an evaluation of each condition in feelin: the median of the rounds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = join(process.argv[2], 'node_modules', 'feelin', 'dist', 'index.js');
const { evaluate } = await import(pathToFileURL(entry).href);
const { rounds, repeat, context, texts } = JSON.parse(readFileSync(0, 'utf8'));

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const found = texts.map((text) => {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let each = 0; each < repeat; each++) evaluate(text, context);
    times.push(((performance.now() - start) / repeat) * 1000);
  }
  return median(times);
});
process.stdout.write(JSON.stringify(found));
