/** Fields of the panel. What is typed is written after a short rest, and at once when the field is left. */
import { html, useEffect, useOwnId, useRef, useState } from '../ui.js';

const REST_MS = 350;

/** Keeps what is typed until it is written; `write` goes to the element that the field was drawn for. */
function useTyped(value, write) {
  const [typed, setTyped] = useState(value);
  const state = useRef({ timer: 0, waiting: false, typed: value, write });
  const now = state.current;
  now.write = write;

  const flush = () => {
    clearTimeout(now.timer);
    if (now.waiting) {
      now.waiting = false;
      now.write(now.typed);
    }
  };
  useEffect(() => {
    if (!now.waiting) {
      now.typed = value;
      setTyped(value);
    }
  }, [value]);
  useEffect(() => () => flush(), []);

  const type = (text) => {
    now.typed = text;
    now.waiting = true;
    setTyped(text);
    clearTimeout(now.timer);
    now.timer = setTimeout(flush, REST_MS);
  };
  return { typed, type, flush };
}

/** The frame of every field: label above, hint and what is wrong below. */
export function Field({ id, label, hint, problem, children }) {
  return html`
    <div class="cr-veld cr-studioveld">
      <label for=${id}>${label}</label>
      ${hint && html`<p class="cr-veld__uitleg" id=${`${id}-hint`}>${hint}</p>`}
      ${children}
      ${problem && html`<p class="cr-veld__fout" id=${`${id}-fout`}>${problem}</p>`}
    </div>
  `;
}

function describedBy(id, hint, problem) {
  return [hint && `${id}-hint`, problem && `${id}-fout`].filter(Boolean).join(' ') || undefined;
}

export function TextField({ label, value, onChange, hint, problem, multiline, suggestions, inputMode, id: given }) {
  const own = useOwnId('veld');
  const id = given || own;
  const { typed, type, flush } = useTyped(value || '', onChange);
  const shared = {
    id,
    value: typed,
    onInput: (event) => type(event.currentTarget.value),
    onBlur: flush,
    'aria-describedby': describedBy(id, hint, problem),
    'aria-invalid': problem ? 'true' : undefined,
  };
  return html`
    <${Field} id=${id} label=${label} hint=${hint} problem=${problem}>
      ${multiline
        ? html`<textarea rows="4" ...${shared}></textarea>`
        : html`<input type="text" autocomplete="off" inputmode=${inputMode} list=${suggestions && `${id}-lijst`} ...${shared} />`}
      ${suggestions && html`<datalist id=${`${id}-lijst`}>${suggestions.map((one) => html`<option value=${one}></option>`)}</datalist>`}
    </${Field}>
  `;
}

export function NumberField({ label, value, onChange, hint, min = 1 }) {
  const id = useOwnId('getal');
  const { typed, type, flush } = useTyped(value === undefined ? '' : String(value), (text) => {
    if (/^\d{1,4}$/.test(text) && Number(text) >= min) {
      onChange(Number(text));
    }
  });
  const wrong = typed !== '' && !(/^\d{1,4}$/.test(typed) && Number(typed) >= min);
  const problem = wrong ? `Vul een heel getal in van ${min} of meer.` : '';
  return html`
    <${Field} id=${id} label=${label} hint=${hint} problem=${problem}>
      <input class="cr-studioveld__kort" id=${id} type="text" inputmode="numeric" autocomplete="off" value=${typed}
        aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${describedBy(id, hint, problem)}
        onInput=${(event) => type(event.currentTarget.value.trim())} onBlur=${flush} />
    </${Field}>
  `;
}

/** @param {{options: {value: string, label: string}[]}} props */
export function SelectField({ label, value, options, onChange, hint, problem, id: given }) {
  const own = useOwnId('keuze');
  const id = given || own;
  const missing = value && !options.some((one) => one.value === value);
  return html`
    <${Field} id=${id} label=${label} hint=${hint} problem=${problem}>
      <select id=${id} value=${value || ''} aria-describedby=${describedBy(id, hint, problem)}
        onChange=${(event) => onChange(event.currentTarget.value)}>
        ${missing && html`<option value=${value}>${value} (bestaat niet)</option>`}
        ${options.map((one) => html`<option value=${one.value} key=${one.value}>${one.label}</option>`)}
      </select>
    </${Field}>
  `;
}

export function Checkbox({ label, checked, onChange, hint }) {
  const id = useOwnId('vink');
  return html`
    <div class="cr-studiovink">
      <input type="checkbox" id=${id} checked=${checked} aria-describedby=${hint ? `${id}-hint` : undefined}
        onChange=${(event) => onChange(event.currentTarget.checked)} />
      <label for=${id}>${label}</label>
      ${hint && html`<p class="cr-veld__uitleg" id=${`${id}-hint`}>${hint}</p>`}
    </div>
  `;
}

/** @param {{options: {value: string, label: string, hint?: string}[]}} props */
export function RadioGroup({ legend, value, options, onChange }) {
  const name = useOwnId('een');
  return html`
    <fieldset class="cr-studiokeuze">
      <legend>${legend}</legend>
      ${options.map(
        (one) => html`
          <div class="cr-studiovink" key=${one.value}>
            <input type="radio" name=${name} id=${`${name}-${one.value}`} checked=${one.value === value}
              onChange=${() => onChange(one.value)} />
            <label for=${`${name}-${one.value}`}>${one.label}</label>
          </div>
        `,
      )}
    </fieldset>
  `;
}

/** @param {{options: {value: string, label: string}[], values: string[]}} props */
export function CheckboxGroup({ legend, values, options, onChange }) {
  return html`
    <fieldset class="cr-studiokeuze">
      <legend>${legend}</legend>
      ${options.map((one) => {
        const change = (on) => onChange(on ? [...values, one.value] : values.filter((other) => other !== one.value));
        return html`<${Checkbox} key=${one.value} label=${one.label} checked=${values.includes(one.value)} onChange=${change} />`;
      })}
    </fieldset>
  `;
}
