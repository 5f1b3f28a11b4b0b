/** The step list: the diagram as text, kept up with every change. One step of it has the Tab key; arrows walk. */
import { drawnProcesses, is, lanesOf } from '../model/bpmn.js';
import { canGoOn, hasEdge, nameOf } from '../model/kinds.js';
import { outline } from '../model/outline.js';
import { Button, html, useLayoutEffect, useMemo, useRef } from '../ui.js';

/** @param {{studio: any, chosen: any, problems: Map<string, any[]>}} props */
export function StepList({ studio, chosen, problems }) {
  const place = useRef(null);
  const parts = useMemo(() => partsOf(studio.modeler), [studio.version]);
  const id = chosen?.labelTarget?.id || chosen?.id;
  const ids = parts.flatMap((part) => [...part.lines, ...part.lanes].map((one) => one.id));
  const stop = ids.includes(id) ? id : ids[0];
  useLayoutEffect(() => bringInSight(place.current, id), [id]);

  const keys = (event) => {
    const here = ids.indexOf(event.target.closest('[data-element]')?.dataset.element);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (next !== undefined && ids[next] !== undefined) {
      event.preventDefault();
      studio.select(ids[next]);
      studio.focusList();
    } else if (event.key === 'Delete' && !studio.simulating) {
      event.preventDefault();
      studio.actions.remove(studio.shape(ids[here]));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      studio.select(ids[here]);
      studio.focusPanel();
    } else if ((event.key === '+' || event.key === 'Insert') && !studio.simulating) {
      event.preventDefault();
      addAt(studio, ids[here]);
    }
  };

  return html`
    <div class="cr-stappenvak" ref=${place} onKeyDown=${keys}>
      ${parts.map((part) => html`
        ${parts.length > 1 && html`<h3 class="cr-stappenvak__proces">${part.title}</h3>`}
        <ol class="cr-schrijfstappen" key=${part.title}>
          ${part.lines.map((line) => html`<${Line} key=${line.id} line=${line} studio=${studio} chosen=${line.id === id} stop=${line.id === stop} problems=${problems.get(line.id)} />`)}
        </ol>
        ${part.lanes.length > 0 && html`
          <h3 class="cr-stappenvak__proces">Banen</h3>
          <ul class="cr-schrijfstappen">
            ${part.lanes.map((lane) => html`<${Line} key=${lane.id} line=${{ id: lane.id, what: 'baan', depth: 0, name: lane.name || 'Baan zonder naam', kind: 'baan', who: '', telling: '' }}
              studio=${studio} chosen=${lane.id === id} stop=${lane.id === stop} problems=${problems.get(lane.id)} />`)}
          </ul>
        `}
      `)}
    </div>
    <${Doing} studio=${studio} element=${chosen && studio.shape(id)} />
  `;
}

function partsOf(modeler) {
  return drawnProcesses(modeler).map(({ process, pool }) => ({
    title: pool?.name || process.name || process.id,
    lines: outline(process),
    lanes: lanesOf(process),
  }));
}

function addAt(studio, id) {
  const shape = studio.shape(id);
  if (shape && (canGoOn(shape.businessObject) || hasEdge(shape.businessObject))) {
    studio.actions.add(shape);
  }
}

function Line({ line, studio, chosen, stop, problems = [] }) {
  const wrong = problems.some((one) => one.severity === 'error');
  const said = problems.length ? `${problems.length} ${problems.length === 1 ? 'probleem' : 'problemen'}` : '';
  return html`
    <li class=${`cr-schrijfstap cr-schrijfstap--${line.what} cr-schrijfstap--diep${Math.min(line.depth, 4)}`} data-element=${line.id}>
      <button type="button" tabindex=${stop ? 0 : -1} aria-current=${chosen ? 'true' : undefined} onClick=${() => studio.select(line.id)}>
        <span class="cr-schrijfstap__naam">${line.name}</span>
        ${said && html`<span class=${`cr-schrijfstap__probleem${wrong ? '' : ' cr-schrijfstap__probleem--let-op'}`}>${said}</span>`}
        <span class="cr-schrijfstap__erbij">${[line.what === 'pijl' ? '' : line.kind, line.who, line.telling].filter(Boolean).join(' · ')}</span>
      </button>
    </li>
  `;
}

/** What can be done with the chosen step. */
function Doing({ studio, element }) {
  const { actions } = studio;
  if (studio.simulating) {
    return html`<div class="cr-doen"><p class="cr-zacht">De simulatie is aan. Zet haar uit om iets te veranderen.</p></div>`;
  }
  if (!element) {
    return html`
      <div class="cr-doen">
        <p class="cr-zacht">Kies een stap om er iets mee te doen.</p>
        <div class="cr-knoppen"><${Button} onClick=${() => actions.addLane()}>Baan toevoegen</${Button}></div>
      </div>
    `;
  }
  const bo = element.businessObject;
  const node = is(bo, 'bpmn:FlowNode');
  const title = `Doen met: ${nameOf(bo)}`;
  return html`
    <div class="cr-doen" role="group" aria-label=${title}>
      <p class="cr-doen__kop" aria-hidden="true">${title}</p>
      <div class="cr-knoppen">
        ${node && (canGoOn(bo) || hasEdge(bo)) && html`<${Button} onClick=${() => actions.add(element)}>Stap toevoegen</${Button}>`}
        ${node && canGoOn(bo) && html`<${Button} onClick=${() => studio.blocks(element)}>Blok toevoegen</${Button}>`}
        ${node && canGoOn(bo) && html`<${Button} onClick=${() => actions.connect(element)}>Verbinden</${Button}>`}
        ${node && html`<${Button} onClick=${() => actions.changeKind(element)}>Soort<span class="cr-onzichtbaar"> veranderen</span></${Button}>`}
        ${actions.canMoveToLane(element) && html`<${Button} onClick=${() => actions.moveToLane(element)}>Baan<span class="cr-onzichtbaar"> veranderen</span></${Button}>`}
        ${is(bo, 'bpmn:Lane') && html`<${Button} onClick=${() => actions.addLane(element)}>Baan toevoegen</${Button}>`}
        ${element.parent && html`<${Button} onClick=${() => actions.remove(element)}>Verwijderen</${Button}>`}
      </div>
    </div>
  `;
}

function bringInSight(place, id) {
  const line = id && place?.querySelector(`[data-element="${CSS.escape(id)}"]`);
  if (line) {
    const { top, bottom } = place.getBoundingClientRect();
    const box = line.getBoundingClientRect();
    if (box.top < top || box.bottom > bottom) {
      place.scrollTop += box.top - top - (bottom - top) / 3;
    }
  }
}
