/** How a formula looks: in the colours of the page, so that light and dark both read well. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const style = HighlightStyle.define([
  { tag: [tags.variableName, tags.propertyName], color: 'var(--cr-formule-naam)' },
  { tag: [tags.definition(tags.variableName), tags.special(tags.variableName), tags.definition(tags.propertyName)], color: 'var(--cr-formule-naam)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.special(tags.variableName))], color: 'var(--cr-formule-functie)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--cr-formule-waarde)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--cr-formule-waarde)' },
  { tag: [tags.keyword, tags.compareOperator, tags.arithmeticOperator], color: 'var(--cr-formule-woord)' },
]);

export const looks = [Prec.highest(syntaxHighlighting(style)), EditorView.lineWrapping];
