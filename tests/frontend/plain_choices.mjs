/** Terms and conditions as people choose them, from FEEL and back: one JSON line in, one out. */
import { readCondition, toFeel, writeCondition } from '../../app/frontend/editor/model/conditions.js';
import { readTerm, termInWords, writeTerm } from '../../app/frontend/editor/model/terms.js';
import { readFileSync } from 'node:fs';

const { terms, conditions, values } = JSON.parse(readFileSync(0, 'utf8'));
console.log(
  JSON.stringify({
    terms: terms.map((text) => ({ kind: readTerm(text).kind, text: writeTerm(readTerm(text)), words: termInWords(text) })),
    conditions: conditions.map((text) => {
      const found = readCondition(text);
      return found && writeCondition(found);
    }),
    values: values.map(([typed, type]) => toFeel(typed, type)),
  }),
);
