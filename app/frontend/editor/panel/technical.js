/** The technical part: Camunda's own panel, without what Casusroute does not execute or shows above it. */

const GROUPS = [
  'adHocSubProcessImplementation', 'jobPriorityDefinition', 'businessId', 'documentation', 'form',
  'businessRuleImplementation', 'scriptImplementation', 'userTaskImplementation', 'activeElements',
  'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'event-condition', 'adHocCompletion', 'compensation', 'condition',
];
const ENTRIES = [/^name$/, /bindingType/i, /versionTag/i, /loopCardinality/, /^userTaskListener/];
const LAST = 100;

class OnlyWhatRunsHere {
  static $inject = ['propertiesPanel'];

  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(LAST, this);
  }

  getGroups() {
    return (groups) => groups.filter((group) => !GROUPS.includes(group.id)).map(withoutEntries).filter(hasContent);
  }
}

function withoutEntries(group) {
  const entries = group.entries?.filter(({ id }) => !ENTRIES.some((one) => one.test(id)));
  return entries ? { ...group, entries } : group;
}

function hasContent(group) {
  return !group.entries || group.entries.length > 0;
}

export const technicalModule = {
  __init__: ['onlyWhatRunsHere'],
  onlyWhatRunsHere: ['type', OnlyWhatRunsHere],
};
