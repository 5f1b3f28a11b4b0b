/** What the libraries say, in Dutch. What stands in no table is shown as it is, and kept for a test to find. */
import { DRAWING } from './drawing.js';
import { PROPERTIES } from './properties.js';

const WORDS = { ...DRAWING, ...PROPERTIES };

/** Every text that was asked for and stands in no table. */
export const unknown = new Set();

/** @param {string} template @param {Record<string, string>} [replacements] */
export function translate(template, replacements = {}) {
  if (!Object.hasOwn(WORDS, template)) {
    unknown.add(template);
  }
  const text = WORDS[template] ?? template;
  return text.replace(/{([^}]+)}/g, (all, key) => replacements[key] ?? all);
}

export const translateModule = { translate: ['value', translate] };
