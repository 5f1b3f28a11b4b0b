/**
 * Draws every kind of element, chooses each, opens all of its panel and its menus, and gives the labels of
 * everything that was offered. What the libraries say on the way is kept by the editor's translation.
 */
async () => {
  const { modeler, studio } = document.getElementById('studio').editor;
  const get = (name) => modeler.get(name);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  document.querySelector('.cr-technisch').open = true;
  const panel = document.querySelector('[data-deel="technisch"]');
  const registry = get('elementRegistry');
  const pool = registry.find((one) => one.type === 'bpmn:Participant');
  const plain = ['Task', 'UserTask', 'ManualTask', 'ServiceTask', 'SendTask', 'ReceiveTask', 'ScriptTask', 'BusinessRuleTask', 'CallActivity',
    'ExclusiveGateway', 'InclusiveGateway', 'ParallelGateway', 'EventBasedGateway', 'TextAnnotation', 'Group', 'DataObjectReference',
    'StartEvent', 'EndEvent', 'IntermediateThrowEvent'].map((name) => ({ type: `bpmn:${name}` }));
  const phases = [{ isExpanded: true }, { isExpanded: false }, { isExpanded: true, triggeredByEvent: true }].map((one) => ({ type: 'bpmn:SubProcess', ...one }));
  const events = {
    StartEvent: ['Message', 'Signal'],
    IntermediateCatchEvent: ['Timer', 'Message', 'Signal', 'Link'],
    IntermediateThrowEvent: ['Escalation', 'Signal', 'Link', 'Compensate'],
    EndEvent: ['Error', 'Escalation', 'Signal', 'Compensate', 'Terminate'],
  };
  const triggered = (kind, one) => ({ type: `bpmn:${kind}`, eventDefinitionType: `bpmn:${one}EventDefinition` });
  const typed = Object.entries(events).flatMap(([kind, triggers]) => triggers.map((one) => triggered(kind, one)));
  const shapes = [];
  let x = 300;
  for (const attributes of [...plain, ...phases, { type: 'bpmn:Transaction', isExpanded: true }, ...typed]) {
    x += 400;
    shapes.push(get('modeling').createShape(get('elementFactory').createShape(attributes), { x, y: 2200 }, pool));
  }
  const host = registry.get('intake');
  const edges = [['Timer', true], ['Timer', false], ['Message', true], ['Message', false], ['Signal', true], ['Error', true], ['Escalation', false], ['Compensate', true]];
  for (const [one, cancelActivity] of edges) {
    const attributes = { ...triggered('BoundaryEvent', one), cancelActivity };
    shapes.push(get('modeling').createShape(get('elementFactory').createShape(attributes), { x: host.x + 20, y: host.y + host.height }, host, { attach: true }));
  }
  shapes.push(...registry.filter((one) => ['bpmn:Lane', 'bpmn:Participant'].includes(one.type)), registry.find((one) => one.type === 'bpmn:SequenceFlow'));

  const offered = new Set();
  const menus = { 'bpmn-replace': 'replaceMenuProvider', 'cr-toevoegen': 'appendMenu', 'color-picker': 'colorPopupProvider' };
  for (const shape of shapes) {
    get('selection').select(shape);
    await pause(8);
    for (let round = 0; round < 2; round += 1) {
      panel.querySelectorAll('.bio-properties-panel-group-header:not(.open), .bio-properties-panel-collapsible-entry-header:not(.open)').forEach((one) => one.click());
      panel.querySelectorAll('.bio-properties-panel-add-entry').forEach((one) => round || one.click());
      await pause(4);
    }
    Object.values(get('contextPad').getEntries(shape)).forEach((one) => offered.add(one.title));
    for (const menu of Object.keys(menus)) {
      if (!get('popupMenu').isEmpty(shape, menu)) {
        get('popupMenu').open(shape, menu, { x: 1, y: 1 });
        await pause(4);
        document.querySelectorAll('.djs-popup .djs-popup-label').forEach((one) => offered.add(one.textContent));
        get('popupMenu').close();
      }
    }
  }
  get('selection').select(shapes.slice(0, 3));
  await pause(10);
  get('popupMenu').open(shapes.slice(0, 3), 'align-elements', { x: 1, y: 1 });
  get('popupMenu').close();
  get('editorActions').trigger('find');
  studio.toggleMap();
  await pause(10);
  return [...offered];
}
