/**
 * Undoing, also over changes that came in as a whole file: a repair, or what a colleague saved meanwhile.
 * Importing a file empties bpmn-js's own list of commands, so the file before it is kept here.
 */
const MOST = 30;

export function createHistory(modeler, changed) {
  const commands = modeler.get('commandStack');
  /** @type {{before: string, after: string}[]} */
  let done = [];
  let undone = [];

  async function show(xml) {
    const canvas = modeler.get('canvas');
    const view = canvas.viewbox();
    const chosen = modeler.get('selection').get().map((one) => one.id);
    await modeler.importXML(xml);
    const { x, y, width, height } = view;
    canvas.viewbox({ x, y, width, height });
    const registry = modeler.get('elementRegistry');
    modeler.get('selection').select(chosen.map((id) => registry.get(id)).filter(Boolean));
  }

  const history = {
    canUndo: () => commands.canUndo() || done.length > 0,
    canRedo: () => commands.canRedo() || undone.length > 0,

    /** Put a whole file in place of what is drawn, as one change. */
    async replace(after) {
      const { xml: before } = await modeler.saveXML({ format: true });
      await show(after);
      done = [...done, { before, after }].slice(-MOST);
      undone = [];
      changed();
    },

    /** Show a file as the beginning: nothing to undo. */
    async begin(xml) {
      await modeler.importXML(xml);
      done = [];
      undone = [];
    },

    async undo() {
      if (commands.canUndo()) {
        commands.undo();
      } else if (done.length) {
        const last = done.at(-1);
        const { xml } = await modeler.saveXML({ format: true });
        await show(last.before);
        done = done.slice(0, -1);
        undone = [...undone, { ...last, after: xml }];
        changed();
      }
    },

    async redo() {
      if (commands.canRedo()) {
        commands.redo();
      } else if (undone.length) {
        const last = undone.at(-1);
        await show(last.after);
        undone = undone.slice(0, -1);
        done = [...done, last];
        changed();
      }
    },
  };

  // A new change makes what was undone unreachable, as it does in bpmn-js.
  modeler.on('commandStack.changed', ({ trigger }) => {
    if (trigger === 'execute') {
      undone = [];
    }
  });
  const actions = modeler.get('editorActions');
  for (const name of ['undo', 'redo']) {
    actions.unregister(name);
    actions.register(name, () => history[name]());
  }
  return history;
}
