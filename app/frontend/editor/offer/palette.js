/** The palette: tools, and the steps of model/kinds.js to drag onto the drawing. */
import { KINDS } from '../model/kinds.js';
import { shapeOf } from './shapes.js';

const TOOLS = {
  'hand-tool': ['bpmn-icon-hand-tool', 'Tekening verschuiven', 'handTool', 'activateHand'],
  'lasso-tool': ['bpmn-icon-lasso-tool', 'Meer elementen kiezen', 'lassoTool', 'activateSelection'],
  'space-tool': ['bpmn-icon-space-tool', 'Ruimte maken of weghalen', 'spaceTool', 'activateSelection'],
  'global-connect-tool': ['bpmn-icon-connection-multi', 'Twee stappen verbinden', 'globalConnect', 'start'],
};
/** The commonest; the rest is in the menus at a step. */
const SHOWN = ['begin', 'taak', 'keuze', 'tegelijk', 'deelproces', 'automatisch', 'wachten', 'fase', 'einde'];

export class OurPalette {
  static $inject = ['palette', 'create', 'elementFactory', 'injector'];

  constructor(palette, create, elementFactory, injector) {
    this.create = create;
    this.elementFactory = elementFactory;
    this.injector = injector;
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    const entries = {};
    for (const [key, [className, title, service, method]] of Object.entries(TOOLS)) {
      const click = (event) => this.injector.get(service)[method](event);
      entries[key] = { group: 'tools', className, title, action: { click } };
    }
    entries['tool-separator'] = { group: 'tools', separator: true };
    for (const kind of KINDS.filter((one) => SHOWN.includes(one.key))) {
      const begin = (event) => this.create.start(event, shapeOf(this.elementFactory, kind), hintsOf(kind));
      entries[`create.${kind.key}`] = {
        group: 'stappen',
        className: kind.icon,
        title: `${kind.name} toevoegen`,
        action: { dragstart: begin, click: begin },
      };
    }
    entries['create.notitie'] = this.plain('bpmn-icon-text-annotation', 'Notitie toevoegen', { type: 'bpmn:TextAnnotation' });
    return entries;
  }

  plain(className, title, attributes) {
    const begin = (event) => this.create.start(event, this.elementFactory.createShape(attributes));
    return { group: 'overig', className, title, action: { dragstart: begin, click: begin } };
  }
}

function hintsOf(kind) {
  return kind.key === 'fase' ? { hints: { autoSelect: [] } } : {};
}
