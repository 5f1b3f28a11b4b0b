/** What bpmn-js says in its viewer, in Dutch. */
const WORDS = {
  'Open {element}': 'Open {element}',
  'no shape type specified': 'een vorm in het bestand heeft geen soort',
  'failed to import {element}': '{element} kan niet worden getekend',
  'no process or collaboration to display': 'het bestand bevat geen diagram',
  'no diagram to display': 'het bestand bevat geen diagram',
};

/** @param {string} template @param {Record<string, string>} [replacements] */
function translate(template, replacements = {}) {
  return (WORDS[template] || template).replace(/{([^}]+)}/g, (all, key) => replacements[key] ?? all);
}

export const translateModule = { translate: ['value', translate] };
