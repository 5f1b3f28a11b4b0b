/** The menu "+ Stap toevoegen" at an element in the drawing. */
import { GROUPS, KINDS, canGoOn, hasEdge } from '../model/kinds.js';
import { is } from '../model/bpmn.js';
import { addAfter, attach } from '../steps/add.js';

export const APPEND = 'cr-toevoegen';

export class AppendMenu {
  static $inject = ['popupMenu', 'injector'];

  constructor(popupMenu, injector) {
    this.injector = injector;
    popupMenu.registerProvider(APPEND, this);
  }

  getPopupMenuEntries(element) {
    const entries = {};
    for (const kind of kindsAfter(element.businessObject)) {
      entries[kind.key] = {
        label: kind.name,
        description: kind.telling,
        className: kind.icon,
        group: { id: kind.group, name: GROUPS[kind.group] },
        action: () => {
          const run = kind.attached ? attach : addAfter;
          const made = run(this.injector, element, kind);
          this.injector.get('selection').select(made);
        },
      };
    }
    return entries;
  }
}

/** What can come after a step, or stand on its edge. */
export function kindsAfter(bo) {
  return KINDS.filter((kind) => {
    if (kind.key === 'begin') {
      return false;
    }
    if (kind.attached) {
      return hasEdge(bo);
    }
    if (is(bo, 'bpmn:EventBasedGateway')) {
      return kind.group === 'tijd';
    }
    return canGoOn(bo);
  });
}
