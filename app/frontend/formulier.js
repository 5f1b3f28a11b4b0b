/**
 * A form that helps while somebody fills it in: questions that come and go, rows without a new page, a concept
 * that is kept while typing. Everything also works without this.
 */
import { follow } from './formulier/follow.js';
import { focusErrors } from './formulier/errors.js';
import { keepConcept } from './formulier/concept.js';
import { rowsInPlace } from './formulier/rows.js';

const form = document.getElementById('taakformulier');
if (form) {
  focusErrors();
  const changed = follow(form);
  const concept = keepConcept(form);
  rowsInPlace(form, changed);
  form.addEventListener('input', () => concept.touch());
  form.addEventListener('submit', () => concept.done());
  for (const button of form.querySelectorAll('[name="_bijwerken"]')) button.parentElement.hidden = true;
}
