import { html } from 'hono/html';
import { isUnseen } from '../incident/sightings.ts';
import { memoryInUse } from '../memory/reading.ts';
import type { Html } from './format.ts';
import { moment, pathPart, percent, size, spell } from './format.ts';
import { fastestGrowth, growthRate } from './growth-rate.ts';
import type { View } from './layout.ts';
import { timeToVerdict } from './pace.ts';
import type { ShownIncident, ShownSighting } from './shown-incident.ts';
import { sparkline } from './sparkline.ts';
import { kindReason, isOpen, limitReachedAt, shareOfLimit, stateWhenRead } from './standing.ts';
import type { TargetStatus } from './status.ts';
import { stateBadges, whenTold } from './unread.ts';

const SPARKLINE = { width: 120, height: 28 };

/** One target at a glance. */
export function targetRow(
  target: TargetStatus,
  incidents: readonly ShownIncident[],
  view: View,
): Html {
  const labels = Object.entries(target.labels).map(([name, value]) => `${name}=${value}`);
  return html`<tr>
    <th scope="row">
      <a href="${view.root}targets/${pathPart(target.name)}">${target.name}</a>
      <small>${labels.join(' ')}</small>
    </th>
    <td>${stateBadges(target)} ${unreadSince(target, view)}</td>
    <td class="memory">${memoryCell(target, view)}</td>
    <td class="growth">${growthCell(target, incidents, view)}</td>
    <td class="why">
      ${stateWhenRead(target) === undefined ? '' : 'When last read:'}
      ${kindReason(target) ?? target.verdict?.reason ?? noProfile(target)}
      ${verdictIn(target, view)}
      <small>${target.trigger.decision.reason}</small>
    </td>
    <td class="last">${lastReading(target, view)} ${lastCapture(target, view)}</td>
  </tr>`;
}

function verdictIn(target: TargetStatus, { now }: View): Html {
  const time = timeToVerdict(target, now);
  return time === undefined ? html`` : html`<small>enough in ${time}</small>`;
}

function noProfile({ capture }: TargetStatus): string {
  return capture?.kind === 'failed'
    ? `no profile yet, since captures fail: ${capture.message}`
    : 'no profile yet';
}

function unreadSince({ noReadingSince }: TargetStatus, view: View): Html {
  if (noReadingSince === undefined) return html``;
  return html`<small class="error">no reading for ${spell(noReadingSince, view.now)}</small>`;
}

function memoryCell(target: TargetStatus, view: View): Html {
  const { reading, limitBytes, recent } = target;
  const share = shareOfLimit(target);
  const used = reading === undefined ? undefined : memoryInUse(reading).bytes;
  return html`<span>
      ${size(used)}
      <small>
        ${limitBytes === undefined ? 'no limit known' : `of ${size(limitBytes)}`}
        ${share === undefined ? '' : `(${percent(share)})`}
      </small>
      ${lastMemory(target, view)}
    </span>
    ${sparkline(recent, SPARKLINE, limitBytes)}`;
}

/** Of the figure above, where it is not of the present. */
function lastMemory({ noReadingSince, reading }: TargetStatus, view: View): Html {
  if (noReadingSince === undefined || reading === undefined) return html``;
  return html`<small>last read ${moment(reading.at, view.now)}</small>`;
}

function growthCell(target: TargetStatus, incidents: readonly ShownIncident[], view: View): Html {
  const growth = fastestGrowth(target, incidents);
  if (growth === undefined) return html`<span class="empty">–</span>`;
  const { suspect } = growth;
  const end = limitReachedAt(target.name, incidents, view.now);
  const past = lastSeen(target.name, suspect.function, incidents);
  const when = past === undefined ? whenRead(target) : whenTold(past);
  return html`${growthRate(growth)} ${when === '' ? '' : html`<small>${when}</small>`}
    ${end === undefined ? '' : html`<small>limit reached ${moment(end, view.now)}</small>`}
    <code>${suspect.function}</code>`;
}

function whenRead(target: TargetStatus): string {
  return stateWhenRead(target) === undefined ? '' : 'when last read';
}

/** Its part in an open incident, where what the newest profile showed is of a process that ended since. */
function lastSeen(
  target: string,
  name: string,
  incidents: readonly ShownIncident[],
): ShownSighting | undefined {
  return incidents
    .filter(isOpen)
    .flatMap(({ sightings }) => sightings)
    .find(
      (sighting) =>
        sighting.target === target && sighting.suspect.function === name && isUnseen(sighting),
    );
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
