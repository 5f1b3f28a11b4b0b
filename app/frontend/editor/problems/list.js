/** What is wrong, in words, with a way to the place, the repair and the example. */
import { nameOf } from '../model/kinds.js';
import { Button, html } from '../ui.js';

/** @param {{studio: any, checked: any}} props */
export function ProblemList({ studio, checked }) {
  const here = checked.problems.filter((one) => one.file === studio.name);
  const elsewhere = checked.problems.filter((one) => one.file !== studio.name);
  const errors = here.filter((one) => one.severity === 'error').length;
  return html`
    <p class="cr-problemen__stand" role="status">${stand(checked, here.length, errors)}</p>
    ${checked.complete === false && html`<p class="cr-zacht">Dit proces heeft zo veel mogelijke standen dat niet alles kon worden nagelopen. Wat hieronder staat klopt; er kan meer zijn.</p>`}
    <ul class="cr-problemen">
      ${[...here].sort(byWeight).map((one) => html`<${ProblemLine} key=${`${one.element} ${one.rule} ${one.message}`} studio=${studio} problem=${one} />`)}
    </ul>
    ${elsewhere.length > 0 && html`
      <details class="cr-problemen__elders">
        <summary>${elsewhere.length} in andere bestanden van dit concept</summary>
        <ul class="cr-problemen">${elsewhere.map((one) => html`<li class="cr-probleem" key=${`${one.file} ${one.element} ${one.message}`}><span class="cr-probleem__soort">${one.file}</span> ${one.message}</li>`)}</ul>
      </details>
    `}
  `;
}

function stand({ failed, problems, at }, number, errors) {
  if (failed) {
    return failed;
  }
  if (!at) {
    return 'Wordt gecontroleerd…';
  }
  if (!number) {
    return problems.length ? 'In dit diagram is niets mis.' : 'Er is niets mis.';
  }
  const warnings = number - errors;
  return [errors && `${errors} ${errors === 1 ? 'fout' : 'fouten'}`, warnings && `${warnings} om op te letten`].filter(Boolean).join(', ');
}

function byWeight(one, other) {
  return (one.severity === 'error' ? 0 : 1) - (other.severity === 'error' ? 0 : 1);
}

function ProblemLine({ studio, problem }) {
  const { element, message, severity, repair, trace } = problem;
  const bo = element && studio.businessObject(element);
  const wrong = severity === 'error';
  return html`
    <li class=${`cr-probleem cr-probleem--${wrong ? 'fout' : 'let-op'}`}>
      <span class="cr-probleem__soort"><span aria-hidden="true">${wrong ? '✕' : '!'}</span> ${wrong ? 'Fout' : 'Let op'}</span>
      ${bo && html`<button type="button" class="cr-alslink" onClick=${() => studio.select(element, { show: true })}>${nameOf(bo)}</button>`}
      <span class="cr-probleem__tekst">${message}</span>
      ${(repair || trace?.length > 0) && html`
        <span class="cr-knoppen">
          ${trace?.length > 0 && html`<${Button} onClick=${() => studio.play(problem)}>Laat zien<span class="cr-onzichtbaar">: ${message}</span></${Button}>`}
          ${repair && html`<${Button} onClick=${() => studio.repair(problem)}>${repair.label}</${Button}>`}
        </span>
      `}
    </li>
  `;
}
