import { html } from 'hono/html';
import type { Sighting } from '../incident/incident.ts';
import { targetCount } from '../incident/sightings.ts';
import { whenSeen } from '../notify/unseen.ts';
import { rateInAll } from '../notify/words.ts';
import type { Html } from './format.ts';
import { badge, counted, moment, pathPart, size } from './format.ts';
import { growthRate, isSeenToGrow } from './growth-rate.ts';
import { hushedLine, hushedWords } from './hushed.ts';
import type { View } from './layout.ts';
import type { ShownIncident } from './shown-incident.ts';
import { soonestEnd } from './standing.ts';
import { newestLine, pastLine, unreadCount } from './unread.ts';

/** What is to be known of an incident at a glance. */
export function incidentCard(incident: ShownIncident, view: View): Html {
  const { id, state, scope, openedAt, resolvedAt, reason } = incident;
  const until = resolvedAt === undefined ? '' : html`, resolved ${moment(resolvedAt, view.now)}`;
  const outlook = growthNow(incident, view);
  return html`<article class="incident ${state}">
    <h2>
      ${badge(state)}
      <a href="${view.root}incidents/${pathPart(id)}"><code>${incident.function}</code></a>
      in ${scope}
    </h2>
    ${pastLine(incident, view)}
    <p>${reason}</p>
    ${newestLine(incident)} ${hushedLine(incident, view)}
    <p class="facts">
      opened ${moment(openedAt, view.now)}${until} ·
      ${counted(targetCount(incident), 'target')}${unreadCount(incident)}
      ${outlook === undefined ? '' : html`· ${outlook}`}
    </p>
  </article>`;
}

/** The same in one line, for a long list. */
export function incidentLine(incident: ShownIncident, view: View): Html {
  const { id, state, scope, openedAt, resolvedAt } = incident;
  const when =
    resolvedAt === undefined
      ? html`opened ${moment(openedAt, view.now)}`
      : html`resolved ${moment(resolvedAt, view.now)}`;
  const outlook = growthNow(incident, view);
  return html`${badge(state)}
    <a href="${view.root}incidents/${pathPart(id)}"><code>${incident.function}</code></a> in
    ${scope}
    <span class="facts"
      >· ${when}${unreadCount(incident)} ${hushedWords(incident, view)}
      ${outlook === undefined ? '' : html`· ${outlook}`}</span
    >`;
}

/** How fast it grows and when the first target ends, `+114MiB/h · limit of 2GiB reached in 8h`, of several targets with its name; `undefined` where it is over or not seen. */
export function growthNow(incident: ShownIncident, view: View): Html | undefined {
  if (incident.state === 'resolved') return undefined;
  const end = soonestEnd(incident, view.now);
  if (end !== undefined) return html`${nameIn(incident, end)}${endInSight(end, view)}`;
  const seen = incident.sightings.find(isSeenToGrow);
  if (seen === undefined) return undefined;
  return html`${nameIn(incident, seen)}${growthRate(seen)}${whenSeen(seen)}`;
}

/** The card stands on the pages of the others too. */
function nameIn(incident: ShownIncident, { target }: Sighting): string {
  return targetCount(incident) > 1 ? `${target}: ` : '';
}

function endInSight(end: Sighting, view: View): Html {
  const { memory, suspect } = end;
  const inAll = rateInAll(memory, suspect);
  return html`${growthRate(end)} · limit of ${size(memory.limitBytes)} reached
  ${moment(memory.limitReachedAt, view.now)}${inAll === undefined ? '' : ` at ${inAll} in all`}`;
}
