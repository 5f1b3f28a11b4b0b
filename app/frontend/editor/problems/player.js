/**
 * Plays how it comes to a problem: the markings of its trace, one after another, as dots on the diagram and
 * as a sentence. It never runs by itself for who asked for less motion.
 */
import { nameOf } from '../model/kinds.js';
import { Button, html } from '../ui.js';

const TYPE = 'cr-penning';
const MARKER = 'cr-hier';
const EVERY_MS = 1200;

export function createPlayer(studio) {
  const { modeler } = studio;
  let problem = null;
  let place = 0;
  let timer = 0;

  const player = {
    get problem() {
      return problem;
    },
    get place() {
      return place;
    },
    get playing() {
      return timer !== 0;
    },
    show(given) {
      problem = given;
      place = 0;
      modeler.get('selection').select(null);
      if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
        player.play();
      }
      draw();
    },
    go(to) {
      place = Math.max(0, Math.min(to, problem.trace.length - 1));
      draw();
    },
    play() {
      clearInterval(timer);
      timer = setInterval(() => {
        if (place >= problem.trace.length - 1) {
          player.pause();
        } else {
          player.go(place + 1);
        }
      }, EVERY_MS);
      studio.redraw();
    },
    pause() {
      clearInterval(timer);
      timer = 0;
      studio.redraw();
    },
    close() {
      player.pause();
      problem = null;
      draw();
    },
  };

  function draw() {
    const canvas = modeler.get('canvas');
    const overlays = modeler.get('overlays');
    const registry = modeler.get('elementRegistry');
    overlays.remove({ type: TYPE });
    registry.forEach((shape) => canvas.removeMarker(shape, MARKER));
    if (problem) {
      for (const [id, number] of count(problem.trace[place])) {
        const shape = registry.get(id);
        if (shape) {
          canvas.addMarker(shape, MARKER);
          overlays.add(shape, TYPE, { position: middle(shape), html: dot(number) });
        }
      }
      studio.drawNow();
      bringInSight(problem.trace[place][0]);
    }
    studio.redraw();
  }

  function bringInSight(id) {
    const shape = modeler.get('elementRegistry').get(id);
    if (shape) {
      modeler.get('canvas').resized();
      modeler.get('canvas').scrollToElement(shape, 40);
    }
  }

  return player;
}

function count(marking) {
  const found = new Map();
  marking.forEach((id) => found.set(id, (found.get(id) || 0) + 1));
  return found;
}

function middle(shape) {
  if (shape.waypoints) {
    const [first, second] = shape.waypoints;
    const left = Math.min(...shape.waypoints.map((one) => one.x));
    const top = Math.min(...shape.waypoints.map((one) => one.y));
    return { left: (first.x + second.x) / 2 - left - 11, top: (first.y + second.y) / 2 - top - 11 };
  }
  // In a phase the middle is taken by its steps.
  return shape.children?.length ? { left: 8, top: 8 } : { left: shape.width / 2 - 11, top: shape.height / 2 - 11 };
}

function dot(number) {
  const element = document.createElement('div');
  element.className = 'cr-penning';
  element.textContent = number > 1 ? String(number) : '';
  return element;
}

/** The bar of the player, with the same in words. */
export function PlayerBar({ studio, player }) {
  const { problem, place } = player;
  if (!problem) {
    return null;
  }
  const last = problem.trace.length - 1;
  const where = [...count(problem.trace[place])].map(([id, number]) => {
    const bo = studio.businessObject(id);
    return `${bo ? nameOf(bo) : id}${number > 1 ? ` (${number} keer)` : ''}`;
  });
  const keys = (event) => {
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      player.pause();
      player.go(next);
    } else if (event.key === 'Escape') {
      player.close();
    }
  };
  return html`
    <section class="cr-speler" aria-label="Zo kan het gebeuren" onKeyDown=${keys}>
      <p class="cr-speler__probleem">${problem.message}</p>
      <p class="cr-speler__stand" role="status">Stap ${place + 1} van ${last + 1}: ${where.length ? `bij ${where.join(' en ')}` : 'nergens meer'}.</p>
      <div class="cr-knoppen">
        <${Button} onClick=${() => player.go(place - 1)} disabled=${place === 0}>Vorige</${Button}>
        <${Button} onClick=${() => player.go(place + 1)} disabled=${place === last}>Volgende</${Button}>
        ${player.playing
          ? html`<${Button} onClick=${() => player.pause()}>Stilzetten</${Button}>`
          : html`<${Button} onClick=${() => { if (place === last) player.go(0); player.play(); }}>Afspelen</${Button}>`}
        <${Button} onClick=${() => player.close()}>Sluiten</${Button}>
      </div>
      <details>
        <summary>Als tekst</summary>
        <ol class="cr-speler__tekst">
          ${problem.trace.map((marking, index) => html`<li key=${index}>${[...count(marking)].map(([id]) => { const bo = studio.businessObject(id); return bo ? nameOf(bo) : id; }).join(', ') || 'nergens meer'}</li>`)}
        </ol>
      </details>
    </section>
  `;
}
