import { html } from 'hono/html';
import type { Incident } from '../incident/incident.ts';
import { memoryInUse } from '../memory/reading.ts';
import type { Html } from './format.ts';
import { badge, moment, pathPart, percent, rate, size } from './format.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import { sparkline } from './sparkline.ts';
import {
  limitReachedAt,
  openIncidents,
  resolvedIncidents,
  shareOfLimit,
  soonestEnd,
  standing,
  worstFirst,
} from './standing.ts';
import type { Dashboard, TargetStatus } from './status.ts';

const RESOLVED_SHOWN = 20;
const SPARKLINE = { width: 120, height: 28 };

export interface Fleet {
  readonly targets: readonly TargetStatus[];
  readonly incidents: readonly Incident[];
  readonly outbox: ReturnType<Dashboard['outbox']>;
}

/** Every target, the worst first, below the open incidents. */
export function targetsPage(fleet: Fleet, view: View): Html {
  const open = openIncidents(fleet.incidents);
  const resolved = resolvedIncidents(fleet.incidents).slice(0, RESOLVED_SHOWN);
  return layout(
    counted(open.length, 'open incident'),
    view,
    html`<h1>${counted(open.length, 'open incident')}</h1>
      ${open.map((incident) => incidentCard(incident, view))} ${undelivered(fleet.outbox, view)}
      <h2>${counted(fleet.targets.length, 'target')}</h2>
      ${targetTable(fleet, view)}
      ${
        resolved.length === 0
          ? ''
          : html`<details>
              <summary>${counted(resolved.length, 'resolved incident')}</summary>
              ${resolved.map((incident) => incidentCard(incident, view))}
            </details>`
      }`,
  );
}

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

function undelivered(outbox: Fleet['outbox'], view: View): Html {
  const { pending, dead } = outbox;
  if (pending.length + dead.length === 0) return html``;
  return html`<p class="note">
    <a href="${view.root}api/v1/notifications">${counted(pending.length, 'notification')}</a>
    waiting to be delivered, ${dead.length} given up.
  </p>`;
}

function targetTable({ targets, incidents }: Fleet, view: View): Html {
  if (targets.length === 0) return html`<p class="empty">The configuration names no target.</p>`;
  return html`<table class="targets">
    <thead>
      <tr>
        <th scope="col">Target</th>
        <th scope="col">State</th>
        <th scope="col">Memory</th>
        <th scope="col">Growth</th>
        <th scope="col">Why</th>
        <th scope="col">Last</th>
      </tr>
    </thead>
    <tbody>
      ${worstFirst(targets).map((target) => targetRow(target, incidents, view))}
    </tbody>
  </table>`;
}

function targetRow(target: TargetStatus, incidents: readonly Incident[], view: View): Html {
  const labels = Object.entries(target.labels).map(([name, value]) => `${name}=${value}`);
  return html`<tr>
    <th scope="row">
      <a href="${view.root}targets/${pathPart(target.name)}">${target.name}</a>
      <small>${labels.join(' ')}</small>
    </th>
    <td>${badge(standing(target))}</td>
    <td class="memory">${memoryCell(target)}</td>
    <td class="growth">${growthCell(target, incidents, view)}</td>
    <td class="why">
      ${target.verdict?.reason ?? 'no profile yet'}
      <small>${target.trigger.decision.reason}</small>
    </td>
    <td class="last">${lastReading(target, view)} ${lastCapture(target, view)}</td>
  </tr>`;
}

function memoryCell(target: TargetStatus): Html {
  const { reading, limitBytes, recent } = target;
  const share = shareOfLimit(target);
  const used = reading === undefined ? undefined : memoryInUse(reading).bytes;
  return html`<span>
      ${size(used)}
      <small>
        ${limitBytes === undefined ? 'no limit known' : `of ${size(limitBytes)}`}
        ${share === undefined ? '' : `(${percent(share)})`}
      </small>
    </span>
    ${sparkline(recent, SPARKLINE, limitBytes)}`;
}

function growthCell(target: TargetStatus, incidents: readonly Incident[], view: View): Html {
  const [suspect] = target.verdict?.suspects ?? [];
  if (suspect === undefined) return html`<span class="empty">–</span>`;
  const end = limitReachedAt(target.name, incidents);
  return html`${rate(suspect.growthBytesPerHour)}
    ${end === undefined ? '' : html`<small>limit reached ${moment(end, view.now)}</small>`}
    <code>${suspect.function}</code>`;
}

function lastReading({ reading, readingError }: TargetStatus, view: View): Html {
  const read =
    reading === undefined ? '' : html`<small>read ${moment(reading.at, view.now)}</small>`;
  if (readingError === undefined) return html`${read}`;
  return html`${read}<small class="error"
      >${readingError.message}, ${moment(readingError.at, view.now)}</small
    >`;
}

function lastCapture({ capture }: TargetStatus, view: View): Html {
  if (capture === undefined) return html`<small>not captured</small>`;
  return capture.kind === 'saved'
    ? html`<small>captured ${moment(capture.at, view.now)}</small>`
    : html`<small class="error">${capture.message}, ${moment(capture.at, view.now)}</small>`;
}

export function counted(amount: number, noun: string): string {
  return `${amount === 0 ? 'No' : amount} ${noun}${amount === 1 ? '' : 's'}`;
}
