/** The buttons at a chosen element: one to add any step, instead of several for a few kinds. */
import { APPEND, kindsAfter } from './append_menu.js';

const OURS = ['replace', 'connect', 'delete', 'set-color', 'append.text-annotation'];
const LANES = /^lane-/;
const LAST = 400;

export class OurContextPad {
  static $inject = ['contextPad', 'popupMenu'];

  constructor(contextPad, popupMenu) {
    this.contextPad = contextPad;
    this.popupMenu = popupMenu;
    contextPad.registerProvider(LAST, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = Object.entries(entries).filter(([key]) => OURS.includes(key) || LANES.test(key));
      const add = kindsAfter(element.businessObject).length && element.type !== 'label' ? { toevoegen: this.add() } : {};
      return { ...add, ...Object.fromEntries(kept) };
    };
  }

  getMultiElementContextPadEntries() {
    return (entries) => entries;
  }

  add() {
    return {
      group: 'model',
      className: 'cr-stap-toevoegen',
      title: 'Stap toevoegen',
      html: '<div class="entry cr-stap-toevoegen" aria-hidden="true">+</div>',
      action: {
        click: (event, element) => {
          const { left, bottom } = this.contextPad.getPad(element).html.getBoundingClientRect();
          const place = { x: left, y: bottom + 5, cursor: { x: event.x, y: event.y } };
          this.popupMenu.open(element, APPEND, place, { title: 'Stap toevoegen', width: 340, search: true });
        },
      },
    };
  }
}
