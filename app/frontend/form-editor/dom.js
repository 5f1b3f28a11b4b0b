/** Make an element: text is always text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name === 'text') element.textContent = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'hidden' || name === 'disabled') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Replace what is in an element, and leave the focus where it was, by id. */
export function redraw(element, ...children) {
  const active = document.activeElement;
  const focused = element.contains(active) && active.id ? active.id : '';
  const range = focused && 'selectionStart' in active ? [active.selectionStart, active.selectionEnd] : null;
  element.replaceChildren(...children);
  const again = focused ? document.getElementById(focused) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  try {
    if (range && range[0] !== null) again.setSelectionRange(...range);
  } catch {
    // A date or number has no selection.
  }
}
