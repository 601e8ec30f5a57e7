import { html } from 'hono/html';
import type { Html } from './format.ts';
import { clockTime } from './format.ts';
import type { View } from './layout.ts';
import type { ShownIncident } from './shown-incident.ts';

const MAX_COMMENT_SHOWN = 200;

/** That somebody is at it, or wants nothing to be told of it; empty where neither holds. */
export function hushedLine(incident: ShownIncident, view: View): Html {
  return html`${hushedParts(incident, view).map((part) => html`<p class="hushed">${part}</p>`)}`;
}

/** The same within a line. */
export function hushedWords(incident: ShownIncident, view: View): Html {
  return html`${hushedParts(incident, view).map((part) => html`· ${part} `)}`;
}

function hushedParts({ acknowledged, silencedBy = [] }: ShownIncident, view: View): Html[] {
  const taken = acknowledged === undefined ? [] : [{ ...acknowledged, what: 'acknowledged' }];
  const silenced = silencedBy.map((each) => ({ ...each, what: 'silenced', by: each.createdBy }));
  return [...taken, ...silenced].map(
    ({ what, by, endsAt, comment }) =>
      html`${what} by ${by} until
      ${clockTime(endsAt, view.now)}${comment === '' ? '' : ` · ${comment.slice(0, MAX_COMMENT_SHOWN)}`}`,
  );
}
