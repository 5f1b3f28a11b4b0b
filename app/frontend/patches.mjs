/**
 * The few texts in packages that must be otherwise here and that offer no setting for it. A text that is not
 * there any more stops the build, so that a new version of a package cannot undo this unseen.
 */
import { readFile } from 'node:fs/promises';

const SIMULATION = 'bpmn-js-token-simulation/lib/features/';

/** By the end of the path of a file: what stands in it, and what must stand there. */
const TEXTS = {
  // Style sheets made by script instead of a <style> element, which our content security policy refuses.
  'style-mod/src/style-mod.js': [['if (!root.head && root.adoptedStyleSheets', 'if (root.adoptedStyleSheets']],

  // Token simulation has no translate hook.
  [`${SIMULATION}context-pads/handler/ExclusiveGatewayHandler.js`]: [['"Set Sequence Flow"', '"Kies de weg"']],
  [`${SIMULATION}context-pads/handler/InclusiveGatewayHandler.js`]: [['"Set Sequence Flow"', '"Kies de wegen"']],
  [`${SIMULATION}context-pads/handler/PauseHandler.js`]: [
    ["${ wait ? 'Remove' : 'Add' } pause point", "${ wait ? 'Hier niet meer wachten' : 'Hier wachten' }"],
  ],
  [`${SIMULATION}context-pads/handler/TriggerHandler.js`]: [['"Trigger Event"', '"Ga verder"']],
  [`${SIMULATION}show-scopes/ShowScopes.js`]: [['Focus process instance ', 'Toon alleen loop ']],
  [`${SIMULATION}reset-simulation/ResetSimulation.js`]: [['Reset Simulation', 'Opnieuw beginnen']],
  [`${SIMULATION}element-support/ElementSupport.js`]: [
    ['Found unsupported elements', 'Hierin staan elementen die de simulatie niet kent'],
    ['Not supported', 'Kan niet in de simulatie'],
  ],
  [`${SIMULATION}pause-simulation/PauseSimulation.js`]: [
    ['Play/Pause Simulation', 'Doorgaan of stilzetten'],
    ['Pause Simulation', 'Stilgezet'],
    ['Play Simulation', 'Loopt'],
  ],
  [`${SIMULATION}set-animation-speed/SetAnimationSpeed.js`]: [
    ["'Slow'", "'Langzaam'"],
    ["'Normal'", "'Gewoon'"],
    ["'Fast'", "'Snel'"],
    ['Set animation speed = ', 'Snelheid: '],
  ],
  [`${SIMULATION}simulation-state/SimulationState.js`]: [["'Finished'", "'Klaar'"]],
};

/** @type {import('esbuild').Plugin} */
export const patches = {
  name: 'teksten',
  setup(build) {
    const known = Object.keys(TEXTS);
    const pattern = new RegExp(`node_modules/(?:${known.map((path) => path.replace(/[/.]/g, '\\$&')).join('|')})$`);
    build.onLoad({ filter: pattern }, async ({ path }) => {
      const name = known.find((one) => path.endsWith(one));
      let contents = await readFile(path, 'utf8');
      for (const [from, to] of TEXTS[name]) {
        if (!contents.includes(from)) {
          return { errors: [{ text: `In ${name} staat niet meer: ${from}` }] };
        }
        contents = contents.replaceAll(from, to);
      }
      return { contents, loader: 'js' };
    });
  },
};
