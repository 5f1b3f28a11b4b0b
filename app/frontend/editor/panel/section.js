/** The frame of a section of the panel. */
import { html } from '../ui.js';

export function Section({ title, children }) {
  return html`
    <section class="cr-eigenschap">
      <h3>${title}</h3>
      ${children}
    </section>
  `;
}
