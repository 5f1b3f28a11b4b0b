/** What can be done with a step without drawing: add, connect, change its kind, move to a lane, delete. */
import { allElements, is, processOf } from '../model/bpmn.js';
import { GROUPS, kindName, kindOf, nameOf } from '../model/kinds.js';
import { together } from '../model/together.js';
import { kindsAfter } from '../offer/append_menu.js';
import { SelectField, TextField } from '../panel/fields.js';
import { Button, ask, html, useState } from '../ui.js';
import { addAfter, attach, onlyFlow } from './add.js';
import { addPool, canChangeLane, lanesAround, moveToLane, poolOf } from './lanes.js';

/** @param {any} studio */
export function createActions(studio) {
  const { modeler } = studio;
  const get = (name) => modeler.get(name);
  const choose = (shape) => {
    studio.select(shape?.id);
    studio.focusList();
  };

  return {
    /** Ask what comes after this step, and add it. */
    async add(element) {
      const bo = element.businessObject;
      const kinds = kindsAfter(bo);
      const flows = element.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'));
      const lanes = is(element.parent, 'bpmn:Participant') ? lanesAround(modeler, element) : [];
      const chosen = await ask(studio.root, {
        title: `Stap toevoegen bij ${nameOf(bo)}`,
        body: (close) => html`<${AddDialog} element=${element} kinds=${kinds} flows=${flows} lanes=${lanes} close=${close} />`,
      });
      if (!chosen) {
        return;
      }
      const kind = kindOf(chosen.kind);
      const lane = lanes.find((one) => one.id === chosen.lane);
      const flow = flows.find((one) => one.id === chosen.flow) || null;
      const made = kind.attached
        ? attach(modeler, element, kind, { name: chosen.name })
        : addAfter(modeler, element, kind, { flow, lane, name: chosen.name });
      choose(made);
      studio.say(`${chosen.name || kind.name} is toegevoegd.`);
    },

    /** Ask where an arrow goes to, and draw it. */
    async connect(element) {
      const targets = allElements(processOf(element.businessObject))
        .map((bo) => get('elementRegistry').get(bo.id))
        .filter((one) => one && one !== element && !one.waypoints && canConnect(get, element, one));
      const id = await ask(studio.root, {
        title: `Verbinden: na ${nameOf(element.businessObject)} komt…`,
        body: (close) => html`<${ChooseDialog} label="Stap" button="Verbinden" close=${close}
          options=${targets.map((one) => ({ value: one.id, label: labelOf(one.businessObject) }))} none="Er is geen stap om mee te verbinden." />`,
      });
      if (id) {
        get('modeling').connect(element, get('elementRegistry').get(id));
        studio.say('Verbonden.');
      }
    },

    /** Ask what kind the step should be, and change it. */
    async changeKind(element) {
      const choices = get('onlyWhatRuns').choices(element);
      const key = await ask(studio.root, {
        title: `Soort veranderen van ${nameOf(element.businessObject)}`,
        body: (close) => html`<${ChooseDialog} label="Soort" button="Veranderen" close=${close}
          options=${choices.map((one) => ({ value: one.key, label: one.label }))} none="Deze stap kan niets anders worden." />`,
      });
      const choice = choices.find((one) => one.key === key);
      if (choice) {
        const made = choice.action();
        choose(made || element);
        studio.say(`De stap is nu: ${choice.label}.`);
      }
    },

    async moveToLane(element) {
      const lanes = lanesAround(modeler, element);
      const id = await ask(studio.root, {
        title: `Baan van ${nameOf(element.businessObject)}`,
        body: (close) => html`<${ChooseDialog} label="Baan" button="Verplaatsen" close=${close}
          options=${lanes.map((one) => ({ value: one.id, label: one.businessObject.name || 'Baan zonder naam' }))} none="Dit proces heeft nog geen banen." />`,
      });
      if (id) {
        const lane = lanes.find((one) => one.id === id);
        moveToLane(modeler, element, lane);
        studio.say(`Verplaatst naar ${lane.businessObject.name}.`);
      }
    },

    canMoveToLane: (element) => canChangeLane(element) && lanesAround(modeler, element).length > 1,

    /** Delete it; Casusroute joins what stood before and after it. */
    remove(element) {
      const bo = element.businessObject;
      const name = nameOf(bo);
      const next = nextTo(element);
      get('modeling').removeElements([element]);
      choose(next);
      studio.say(`${name} is verwijderd. Ongedaan maken kan met Ctrl+Z.`);
    },

    /** A lane below the others. A process without a pool gets one, with everything in its first lane. */
    addLane(element) {
      const hadPool = studio.pools().length > 0;
      const lane = together(modeler, () => {
        const pool = poolOf(element) || studio.pools()[0] || addPool(modeler);
        const name = pool.businessObject.processRef?.name;
        if (name && !pool.businessObject.name) {
          get('modeling').updateProperties(pool, { name });
        }
        return get('modeling').addLane(pool, 'bottom');
      });
      if (!hadPool) {
        studio.fit();
      }
      choose(lane);
      studio.say('Er is een baan bij. Kies haar rol.');
    },
  };
}

function canConnect(get, source, target) {
  const allowed = get('rules').allowed('connection.create', { source, target });
  const already = source.outgoing.some((one) => one.target === target);
  return allowed && allowed.type === 'bpmn:SequenceFlow' && !already;
}

function nextTo(element) {
  return element.incoming?.[0]?.source || element.outgoing?.[0]?.target || element.host || element.source;
}

function labelOf(bo) {
  return bo.name ? `${bo.name} (${kindName(bo)})` : nameOf(bo);
}

function AddDialog({ element, kinds, flows, lanes, close }) {
  const standard = onlyFlow(element)?.id || '';
  const [kind, setKind] = useState(kinds[0].key);
  const [name, setName] = useState('');
  const [flow, setFlow] = useState(standard);
  const [lane, setLane] = useState('');
  const chosen = kindOf(kind);
  const groups = Object.entries(GROUPS).filter(([group]) => kinds.some((one) => one.group === group));
  const send = (event) => {
    event.preventDefault();
    const typed = event.currentTarget.querySelector('input[type="text"]').value.trim();
    close({ kind, name: typed || name, flow, lane });
  };
  return html`
    <form onSubmit=${send}>
      <div class="cr-veld cr-studioveld">
        <label for="studio-soort">Wat voor stap?</label>
        <select id="studio-soort" value=${kind} onChange=${(event) => setKind(event.currentTarget.value)} aria-describedby="studio-soort-uitleg">
          ${groups.map(([group, label]) => html`
            <optgroup label=${label} key=${group}>
              ${kinds.filter((one) => one.group === group).map((one) => html`<option value=${one.key} key=${one.key}>${one.name}</option>`)}
            </optgroup>
          `)}
        </select>
        <p class="cr-veld__uitleg" id="studio-soort-uitleg">${chosen.telling}</p>
      </div>
      <${TextField} label="Naam" value=${name} onChange=${setName} />
      ${!chosen.attached && flows.length > 0 && html`<${SelectField} label="Waar?" value=${flow} onChange=${setFlow}
        options=${[...flows.map((one) => ({ value: one.id, label: `Vóór ${nameOf(one.target.businessObject)}` })), { value: '', label: 'Als nieuwe weg' }]} />`}
      ${!chosen.attached && lanes.length > 1 && html`<${SelectField} label="Baan" value=${lane} onChange=${setLane}
        options=${[{ value: '', label: 'Dezelfde baan' }, ...lanes.map((one) => ({ value: one.id, label: one.businessObject.name || 'Baan zonder naam' }))]} />`}
      <div class="cr-knoppen">
        <button class="cr-knop cr-knop--hoofd">Toevoegen</button>
        <${Button} kind="stil" onClick=${() => close(null)}>Annuleren</${Button}>
      </div>
    </form>
  `;
}

/** One choice from a list. */
function ChooseDialog({ label, options, button, none, close }) {
  const [value, setValue] = useState(options[0]?.value);
  const send = (event) => {
    event.preventDefault();
    close(value);
  };
  if (!options.length) {
    return html`<p>${none}</p><div class="cr-knoppen"><${Button} onClick=${() => close(null)}>Sluiten</${Button}></div>`;
  }
  return html`
    <form onSubmit=${send}>
      <${SelectField} label=${label} value=${value} options=${options} onChange=${setValue} />
      <div class="cr-knoppen">
        <button class="cr-knop cr-knop--hoofd">${button}</button>
        <${Button} kind="stil" onClick=${() => close(null)}>Annuleren</${Button}>
      </div>
    </form>
  `;
}
