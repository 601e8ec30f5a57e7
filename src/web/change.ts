import { html } from 'hono/html';
import type { Html } from './format.ts';
import type { View } from './layout.ts';

/** What sends a form that changes something; where nothing can be changed it is there and does nothing. */
export function submitButton(words: string, { readOnly }: View): Html {
  return html`<button type="submit" ${readOnly === undefined ? '' : 'disabled'}>${words}</button>`;
}

/** Why nothing can be changed, and what to do; empty where it can. */
export function readOnlyNote({ readOnly }: View): Html {
  return readOnly === undefined
    ? html``
    : html`<p class="facts">Nothing can be changed here: ${readOnly}.</p>`;
}
