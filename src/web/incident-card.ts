import { html } from 'hono/html';
import type { Incident } from '../incident/incident.ts';
import type { Html } from './format.ts';
import { badge, counted, moment, pathPart, rate, size } from './format.ts';
import type { View } from './layout.ts';
import { soonestEnd } from './standing.ts';

/** What is to be known of an incident at a glance. */
export function incidentCard(incident: Incident, view: View): Html {
  const { id, state, scope, openedAt, resolvedAt, sightings, reason } = incident;
  const until = resolvedAt === undefined ? '' : html`, resolved ${moment(resolvedAt, view.now)}`;
  return html`<article class="incident ${state}">
    <h2>
      ${badge(state)}
      <a href="${view.root}incidents/${pathPart(id)}"><code>${incident.function}</code></a>
      in ${scope}
    </h2>
    <p>${reason}</p>
    <p class="facts">
      opened ${moment(openedAt, view.now)}${until} · ${counted(sightings.length, 'target')}
      ${endInSight(incident, view)}
    </p>
  </article>`;
}

function endInSight(incident: Incident, view: View): Html {
  const end = incident.state === 'resolved' ? undefined : soonestEnd(incident);
  if (end === undefined) return html``;
  return html`· ${rate(end.bytesPerHour)} · limit of ${size(end.limitBytes)} reached
  ${moment(end.limitReachedAt, view.now)}`;
}
