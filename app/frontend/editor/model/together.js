/** Several changes as one: one step to undo, one moment to check and save. */
const COMMAND = 'studio.together';

class Together {
  preExecute(context) {
    context.result = context.run();
  }
}

function register(commandStack) {
  commandStack.registerHandler(COMMAND, Together);
}
register.$inject = ['commandStack'];

export const togetherModule = { __init__: [register] };

/**
 * @template T
 * @param {() => T} run does its changes through `modeling`
 * @returns {T}
 */
export function together(modeler, run) {
  const context = { run, result: undefined };
  modeler.get('commandStack').execute(COMMAND, context);
  return context.result;
}
