/** Token simulation without its log and letter keys; switched on and off by our own button. */
import BaseModule from 'bpmn-js-token-simulation/lib/base';
import LogModule from 'bpmn-js-token-simulation/lib/features/log';
import DisableModelingModule from 'bpmn-js-token-simulation/lib/features/disable-modeling';
import NotificationsModule from 'bpmn-js-token-simulation/lib/features/notifications';
import ScopeFilterModule from 'bpmn-js-token-simulation/lib/features/scope-filter';
import ToggleModeModule from 'bpmn-js-token-simulation/lib/features/toggle-mode/modeler';

export const simulationModule = {
  __depends__: [
    ...BaseModule.__depends__.filter((one) => one !== LogModule),
    NotificationsModule,
    ScopeFilterModule,
    DisableModelingModule,
    ToggleModeModule,
  ],
};

/** Told with `active`. */
export const SIMULATION_EVENT = 'tokenSimulation.toggleMode';

export function toggleSimulation(modeler) {
  modeler.get('toggleMode').toggleMode();
}
