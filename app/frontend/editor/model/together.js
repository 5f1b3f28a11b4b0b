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
 * @param {any} services the modeler, or bpmn-js's injector
 * @param {() => T} run does its changes through `modeling`
 * @returns {T}
 */
export function together(services, run) {
  const context = { run, result: undefined };
  services.get('commandStack').execute(COMMAND, context);
  return context.result;
}
