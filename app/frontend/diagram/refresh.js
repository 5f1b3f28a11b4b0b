/** Fresh numbers every half minute, while somebody can see them. They are never announced. */
const EVERY_MS = 30_000;

/**
 * @param {HTMLElement} element
 * @param {(standings: Record<string, import('./badges.js').Stand>) => void} show
 */
export function keepFresh(element, show) {
  const address = element.dataset.verversen;
  if (!address) {
    return;
  }
  let last = Date.now();

  async function refresh() {
    if (document.visibilityState !== 'visible' || Date.now() - last < EVERY_MS) {
      return;
    }
    last = Date.now();
    const answer = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
    if (answer.ok && answer.headers.get('Content-Type')?.startsWith('application/json')) {
      const fresh = await answer.json();
      show(fresh.standen);
      writeList(element.closest('.cr-diagramblok'), fresh.standen);
      writeTotals(fresh.totalen || {});
    }
  }
  const attempt = () => refresh().catch((error) => console.warn(error));
  setInterval(attempt, EVERY_MS / 6);
  document.addEventListener('visibilitychange', attempt);
}

/**
 * @param {Element} block
 * @param {Record<string, import('./badges.js').Stand>} standings
 * @param {Record<string, string>} [passed] where one case has been, in words
 */
export function writeList(block, standings, passed) {
  for (const step of block.querySelectorAll('.cr-stap[data-element]')) {
    const place = step.querySelector('.cr-stap__nu');
    const stand = standings[step.dataset.element];
    step.classList.toggle('cr-stap--actief', Boolean(stand));
    if (stand?.warmte) {
      step.dataset.warmte = String(stand.warmte);
    } else {
      delete step.dataset.warmte;
    }
    place.replaceChildren(...(stand ? words(stand) : []));
    if (passed) {
      writePassed(step, passed[step.dataset.element] || '');
    }
  }
}

function writePassed(step, text) {
  let been = step.querySelector('.cr-stap__geweest');
  if (!been) {
    been = document.createElement('span');
    been.className = 'cr-stap__geweest';
    step.querySelector('.cr-stap__wat').append(been);
  }
  been.textContent = text;
}

/** The same words and order as the template diagram/stappen.html. */
function words(stand) {
  const number = document.createElement(stand.casussen ? 'a' : 'span');
  number.textContent = stand.tekst;
  if (stand.casussen) {
    number.href = stand.casussen;
  }
  const more = [
    ['cr-tijd', stand.tijd_tekst],
    ['cr-te-laat', stand.te_laat_tekst],
    ['cr-storing', stand.storing_tekst],
  ].filter(([, text]) => text);
  return [number, ...more.flatMap(([className, text]) => [' ', told(text, className)])];
}

function told(text, className) {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param {Record<string, string>} totals written into the elements with the same data-telling */
function writeTotals(totals) {
  for (const [name, text] of Object.entries(totals)) {
    for (const place of document.querySelectorAll(`[data-telling="${CSS.escape(name)}"]`)) {
      place.textContent = text;
    }
  }
}
