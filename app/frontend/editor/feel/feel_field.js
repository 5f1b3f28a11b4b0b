/** A field for a formula (FEEL) that completes the names of what is known at that place. */
import FeelEditor from '@bpmn-io/feel-editor';

import { asTree } from '../knowledge.js';
import { looks } from './colours.js';
import { html, useEffect, useOwnId, useRef } from '../ui.js';

const REST_MS = 350;

/**
 * @param {object} props
 * @param {string} props.value with or without its =
 * @param {(text: string) => void} props.onChange gets the text with =, or '' when it is empty
 * @param {import('../knowledge.js').Variable[]} props.variables
 * @param {{name: string, params: string[]}[]} props.functions
 */
export function FeelField({ label, value, onChange, variables, functions, hint }) {
  const id = useOwnId('formule');
  const place = useRef(null);
  const state = useRef({ editor: null, shown: '', timer: 0, waiting: false, onChange });
  const now = state.current;
  now.onChange = onChange;
  const text = withoutSign(value);

  const flush = () => {
    clearTimeout(now.timer);
    if (now.waiting) {
      now.waiting = false;
      now.onChange(now.shown.trim() ? `=${now.shown.trim()}` : '');
    }
  };
  useEffect(() => {
    now.shown = text;
    now.editor = new FeelEditor({
      container: place.current,
      tooltipContainer: place.current.closest('.cr-studio, dialog'),
      value: text,
      extensions: looks,
      variables: asTree(variables),
      builtins: builtins(functions),
      contentAttributes: { 'aria-label': label, 'aria-describedby': `${id}-hint`, role: 'textbox', 'aria-multiline': 'true' },
      onChange: (typed) => {
        if (typed !== now.shown) {
          now.shown = typed;
          now.waiting = true;
          clearTimeout(now.timer);
          now.timer = setTimeout(flush, REST_MS);
        }
      },
      onKeyDown: (event) => leaveTab(event),
    });
    return () => {
      flush();
      now.editor._cmEditor.destroy();
    };
  }, []);
  useEffect(() => {
    if (!now.waiting && text !== now.shown) {
      now.shown = text;
      now.editor.setValue(text);
    }
  }, [text]);
  const names = variables.map((one) => one.name).join();
  useEffect(() => now.editor.setVariables(asTree(variables)), [names]);

  return html`
    <div class="cr-veld cr-studioveld">
      <span class="cr-studioveld__naam">${label}</span>
      <p class="cr-veld__uitleg" id=${`${id}-hint`}>${hint || 'Typ een naam, of druk op Ctrl en spatie voor wat hier bekend is.'}</p>
      <div class="cr-formule" ref=${place} onFocusOut=${flush}></div>
    </div>
  `;
}

/** In some editors Tab makes room; here it goes on to the next field, as everywhere. */
function leaveTab(event) {
  if (event.key === 'Tab') {
    event.stopPropagation();
  }
}

function withoutSign(value) {
  return (value || '').replace(/^=\s*/, '');
}

function builtins(functions) {
  return functions.map(({ name, params }) => ({
    name,
    type: 'function',
    params: params.map((one) => ({ name: one })),
  }));
}
