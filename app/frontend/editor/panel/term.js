import { extension, setExtension } from '../model/extensions.js';
import { readTerm, writeTerm } from '../model/terms.js';
import { FeelField } from '../feel/feel_field.js';
import { html, useState } from '../ui.js';
import { Checkbox, NumberField, RadioGroup, SelectField } from './fields.js';
import { Section } from './section.js';

const DEFAULT_DAYS = 5;

/** When a task must be done. */
export function TermSection({ studio, modeler, element, bo }) {
  const schedule = extension(bo, 'zeebe:TaskSchedule');
  const write = (dueDate) => {
    const keep = dueDate || schedule?.followUpDate;
    setExtension(modeler, element, 'zeebe:TaskSchedule', keep ? { dueDate: dueDate || undefined } : null);
  };
  return html`
    <${Section} title="Termijn">
      <${TermChoice} studio=${studio} bo=${bo} value=${schedule?.dueDate} onChange=${write} kinds=${['geen', 'werkdagen', 'datum', 'anders']} />
    </${Section}>
  `;
}

const LABELS = {
  geen: 'Geen termijn',
  werkdagen: 'Een aantal werkdagen',
  duur: 'Een aantal dagen',
  datum: 'Op een datum uit de casus',
  anders: 'Anders (formule)',
};

/**
 * The plain choice of a term, written as the shipped diagrams say it.
 *
 * @param {{kinds: import('../model/terms.js').Term['kind'][], value?: string, onChange: (text: string | undefined) => void}} props
 */
export function TermChoice({ studio, bo, value, onChange, kinds }) {
  const term = readTerm(value);
  const [chosen, choose] = useState('');
  const kind = chosen || term.kind;
  const known = studio.knowledge.before(bo);
  const days = term.days || DEFAULT_DAYS;
  const change = (next) => {
    choose(next);
    if (next === 'geen') {
      onChange(undefined);
    } else if (next === 'werkdagen' || next === 'duur') {
      onChange(writeTerm({ kind: next, days }));
    }
  };
  return html`
    <${RadioGroup} legend="Wanneer?" value=${kind} onChange=${change}
      options=${kinds.map((one) => ({ value: one, label: LABELS[one] }))} />
    ${kind === 'werkdagen' && html`<${WorkingDays} term=${term} days=${days} known=${known} onChange=${onChange} />`}
    ${kind === 'duur' &&
    html`<${NumberField} label="Dagen" value=${days} onChange=${(number) => onChange(writeTerm({ kind: 'duur', days: number }))} />`}
    ${kind === 'datum' && html`<${DateChoice} term=${term} known=${known} onChange=${onChange} />`}
    ${kind === 'anders' &&
    html`<${FeelField} label="Formule" value=${value} onChange=${(text) => onChange(text || undefined)} variables=${known}
        functions=${studio.knowledge.all.functions} hint="Geeft een tijdstip, zoals add working days(now(), 5)." />`}
  `;
}

function WorkingDays({ term, days, known, onChange }) {
  const canBeUrgent = term.urgent !== undefined || known.some((one) => one.name === 'spoed');
  const write = (change) => onChange(writeTerm({ kind: 'werkdagen', days, urgent: term.urgent, ...change }));
  return html`
    <${NumberField} label="Werkdagen" value=${days} onChange=${(number) => write({ days: number })} />
    ${canBeUrgent && html`<${Checkbox} label="Korter bij spoed" checked=${term.urgent !== undefined} onChange=${(on) => write({ urgent: on ? 2 : undefined })} />`}
    ${term.urgent !== undefined && html`<${NumberField} label="Werkdagen bij spoed" value=${term.urgent} onChange=${(number) => write({ urgent: number })} />`}
  `;
}

function DateChoice({ term, known, onChange }) {
  const dates = known.filter((one) => one.type === 'date' || /datum/.test(one.name) || one.name === term.date);
  const options = [{ value: '', label: 'Kies een datum' }, ...dates.map((one) => ({ value: one.name, label: `${one.name} (${one.from})` }))];
  return html`<${SelectField} label="Datum" value=${term.date} options=${options} onChange=${(date) => onChange(writeTerm({ kind: 'datum', date }))} />`;
}
