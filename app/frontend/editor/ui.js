/** Small parts that everything on the page is made of. Drawing is preact's, as in bpmn-js's own menus. */
import { html, render, useEffect, useRef } from '@bpmn-io/diagram-js-ui';

export { html, render, useEffect, useLayoutEffect, useRef, useState } from '@bpmn-io/diagram-js-ui';

let count = 0;

/** An id that no other part of the page has. */
export function useOwnId(name) {
  const id = useRef('');
  if (!id.current) {
    count += 1;
    id.current = `studio-${name}-${count}`;
  }
  return id.current;
}

/**
 * Show a dialog and wait for its answer; Escape answers null. The focus comes back where it was.
 *
 * @param {HTMLElement} root
 * @param {{title: string, wide?: boolean, body: (close: (answer: any) => void) => any}} what
 * @returns {Promise<any>}
 */
export function ask(root, { title, body, wide = false }) {
  return new Promise((resolve) => {
    const place = document.createElement('div');
    root.append(place);
    let given = null;
    const close = (answer) => {
      given = answer;
      place.querySelector('dialog').close();
    };
    const closed = () => {
      render(null, place);
      place.remove();
      resolve(given);
    };
    render(html`<${Dialog} title=${title} wide=${wide} onClosed=${closed}>${body(close)}</${Dialog}>`, place);
  });
}

function Dialog({ title, wide, onClosed, children }) {
  const element = useRef(null);
  const id = useOwnId('venster');
  useEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    dialog.addEventListener('close', onClosed);
  }, []);
  return html`
    <dialog ref=${element} class=${`cr-venster${wide ? ' cr-venster--breed' : ''}`} aria-labelledby=${id}>
      <h2 id=${id} class="cr-venster__kop">${title}</h2>
      ${children}
    </dialog>
  `;
}

/** A button; `hoofd` for the one that does what the page is for. */
export function Button({ children, onClick, kind = 'klein', ...rest }) {
  return html`<button type="button" class=${`cr-knop cr-knop--${kind}`} onClick=${onClick} ...${rest}>${children}</button>`;
}
