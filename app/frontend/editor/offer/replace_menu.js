/** The menu to change the kind of an element, without the kinds that are not executed. */
import { is, isAny } from '../model/bpmn.js';

const NEVER = /conditional|complex-gateway|ad-hoc|collapsed-pool|compensation-start|message-end|message-intermediate-throw|data-store|with-task$/;
const HEADERS = ['toggle-loop', 'toggle-participant-multiplicity'];
const LAST = 400;

export class OnlyWhatRuns {
  static $inject = ['popupMenu', 'injector'];

  constructor(popupMenu, injector) {
    this.injector = injector;
    popupMenu.registerProvider('bpmn-replace', LAST, this);
  }

  getPopupMenuEntries(element) {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => runs(element, key)));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => !HEADERS.includes(key)));
  }

  /** The same for the step list: [{key, label, action}]. */
  choices(element) {
    const entries = this.injector.get('replaceMenuProvider').getPopupMenuEntries(element);
    return Object.entries(entries)
      .filter(([key]) => runs(element, key))
      .map(([key, { label, action }]) => ({ key, label, action }));
  }
}

function runs(element, key) {
  const bo = element.businessObject;
  if (NEVER.test(key)) {
    return false;
  }
  if (/timer-start/.test(key)) {
    return Boolean(bo.$parent?.triggeredByEvent);
  }
  if (/(error|escalation)-boundary/.test(key)) {
    return isAny(bo.attachedToRef, ['bpmn:CallActivity', 'bpmn:SubProcess']);
  }
  if (key === 'replace-with-default-flow') {
    return isAny(bo.sourceRef, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']);
  }
  return !(key === 'replace-with-transaction' && is(bo, 'bpmn:Transaction'));
}
