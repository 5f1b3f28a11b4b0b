/**
 * The slider over the moments of a case: while it moves it says the moment in words, and the diagram and the
 * timeline follow. Without this script the same form asks the page for the moment.
 *
 * Attributes of the form:
 *   data-terug    address that answers how the diagram was at moment `tot`
 *   data-woorden  every moment in words
 */
const PAUSE_MS = 150;

/** @param {HTMLFormElement} form */
function follow(form) {
  const slider = /** @type {HTMLInputElement} */ (form.elements.namedItem('tot'));
  const words = JSON.parse(form.dataset.woorden || '[]');
  const output = form.querySelector('output');
  const place = form.querySelector('[data-plaats]');
  let waiting = 0;
  let asked = 0;

  function say() {
    const text = words[Number(slider.value) - 1] || '';
    slider.setAttribute('aria-valuetext', text);
    output.textContent = text;
    place.textContent = `Moment ${slider.value} van ${slider.max}`;
  }

  async function show() {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams(new FormData(form));
    const answer = await fetch(`${form.dataset.terug}?${query}`, {
      credentials: 'same-origin',
      headers: { Accept: 'application/json' },
    });
    if (mine !== asked) {
      return;
    }
    if (!answer.ok) {
      throw new Error(`${form.dataset.terug}: ${answer.status}`);
    }
    const then = await answer.json();
    const diagram = document.querySelector('.cr-diagram');
    if (then.bron === diagram.dataset.bron && then.proces === diagram.dataset.proces) {
      diagram.dispatchEvent(new CustomEvent('toestand', { detail: then }));
    } else {
      await replaceDiagram(`${form.getAttribute('action').split('#')[0]}?${query}`);
    }
    hideLater(then.feit);
  }

  slider.addEventListener('input', () => {
    say();
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch((error) => console.warn(error)), PAUSE_MS);
  });
}

/** The case stood in another process then, or followed another release: take its diagram from its page. */
async function replaceDiagram(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of ['.cr-diagramblok', '[data-processen]']) {
    document.querySelector(part).replaceWith(document.importNode(page.querySelector(part), true));
  }
  document.querySelector('.cr-diagram').dispatchEvent(new CustomEvent('teken', { bubbles: true }));
}

/** @param {number | null} last the last fact that counts; null: all of them */
function hideLater(last) {
  for (const line of document.querySelectorAll('[data-feit]')) {
    line.hidden = last !== null && Number(line.dataset.feit) > last;
  }
}

for (const form of document.querySelectorAll('form[data-terug]')) {
  follow(form);
}
