/** The form as people will get it: drawn by the server with the code of the real page, conditions and all. */

const PAUSE_MS = 250;

/**
 * @param {HTMLFormElement} element
 * @param {(body: object) => Promise<{ html: string, problem: string }>} ask
 * @param {HTMLElement} status
 */
export function createPreview(element, ask, status) {
  let timer = 0;
  let asked = 0;
  let text = '';

  async function refresh(how = '') {
    const mine = ++asked;
    try {
      const { html, problem } = await ask({ content: text, raw: typed(element), how });
      if (mine !== asked) return;
      status.textContent = problem;
      if (html) draw(element, html);
    } catch {
      if (mine === asked) status.textContent = 'Het voorbeeld kan nu niet worden ververst.';
    }
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
  };
  element.addEventListener('input', later);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    refresh(event.submitter?.name === '_rij' ? `rij:${event.submitter.value}` : 'controleren');
  });

  return {
    /** The form changed. */
    show(next) {
      text = next;
      later();
    },
    fillIn: () => refresh('voorbeeld'),
    clear() {
      element.reset();
      for (const input of element.elements) if ('value' in input && input.type !== 'submit' && input.type !== 'button') clearOne(input);
      refresh('leeg');
    },
    check: () => refresh('controleren'),
  };
}

function clearOne(input) {
  if (input.type === 'checkbox' || input.type === 'radio') input.checked = false;
  else if (input.type !== 'hidden' && input.tagName !== 'BUTTON') input.value = '';
}

/** What is filled in, as a page sends it. */
function typed(element) {
  const found = {};
  for (const [name, value] of new FormData(element)) if (typeof value === 'string') (found[name] ??= []).push(value);
  return found;
}

function draw(element, html) {
  const active = document.activeElement;
  const focused = element.contains(active) ? active.id : '';
  const range = focused && 'selectionStart' in active ? [active.selectionStart, active.selectionEnd] : null;
  const page = new DOMParser().parseFromString(html, 'text/html');
  element.replaceChildren(...page.body.childNodes);
  const again = focused ? element.querySelector(`#${CSS.escape(focused)}`) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  try {
    if (range && range[0] !== null) again.setSelectionRange(...range);
  } catch {
    // A date or number has no selection.
  }
}
