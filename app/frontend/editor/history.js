/**
 * Undoing, also over changes that came in as a whole file, such as a repair. Importing a file empties
 * bpmn-js's own list of commands, so the file before it is kept here.
 */
const MOST = 30;

export function createHistory(modeler, changed) {
  const commands = modeler.get('commandStack');
  /** @type {{before: string, after: string}[]} */
  let done = [];
  let undone = [];
  /** How the file was at every rest since the last import, the newest last. */
  let trail = [];

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

    /** Keep how the file is now: an import takes the commands before it away, but not this. */
    note(xml) {
      if (xml !== trail.at(-1)) {
        trail = [...trail, xml].slice(-MOST);
      }
    },

    /** Put a whole file in place of what is drawn, as one change. */
    async replace(after) {
      const { xml: before } = await modeler.saveXML({ format: true });
      history.note(before);
      await show(after);
      done = [...done, ...steps(trail), { before, after }].slice(-MOST);
      undone = [];
      trail = [];
      changed();
    },

    /** What a colleague saved, with ours in it. Nobody can undo a colleague unseen: undoing begins anew here. */
    async absorb(after) {
      await show(after);
      done = [];
      undone = [];
      trail = [];
      changed();
    },

    /** Show a file as the beginning: nothing to undo. */
    async begin(xml) {
      await modeler.importXML(xml);
      done = [];
      undone = [];
      trail = [];
    },

    async undo() {
      if (commands.canUndo()) {
        commands.undo();
      } else if (done.length) {
        const last = done.at(-1);
        const { xml } = await modeler.saveXML({ format: true });
        await show(last.before);
        trail = [];
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
        trail = [];
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

/** Each state with the next one. */
function steps(states) {
  return states.slice(1).map((after, place) => ({ before: states[place], after }));
}
