import { html } from 'hono/html';
import type { Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';
import { whenSeen } from '../notify/unseen.ts';
import type { Html } from './format.ts';
import { moment, pathPart, percent, size } from './format.ts';
import { fastestGrowth, growthRate } from './growth-rate.ts';
import type { View } from './layout.ts';
import { mayHaveProfiles, nothingCaptured, timeToVerdict } from './pace.ts';
import type { ShownIncident } from './shown-incident.ts';
import { sparkline } from './sparkline.ts';
import {
  bytesInUse,
  isOpen,
  limitReachedAt,
  shareOfLimit,
  stateWhenRead,
  whyItStands,
} from './standing.ts';
import type { TargetStatus } from './status.ts';
import { noReadingFor, stateBadges } from './unread.ts';

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
    <td>${stateBadges(target)} ${noReadingFor(target.unread, view)}</td>
    <td class="memory">${memoryCell(target, view)}</td>
    <td class="growth">${growthCell(target, incidents, view)}</td>
    <td class="why">
      ${stateWhenRead(target) === undefined ? '' : 'When last read:'}
      ${whyItStands(target) ?? noProfile(target)} ${verdictIn(target, view)} ${decisionOf(target)}
    </td>
    <td class="last">${lastAsked(target, view)} ${lastCapture(target, view)}</td>
  </tr>`;
}

function verdictIn(target: TargetStatus, { now }: View): Html {
  const time = timeToVerdict(target, now);
  return time === undefined ? html`` : html`<small>enough in ${time}</small>`;
}

/** Of a target that is not read it is as old as the last attempt, and why and since when stand beside it. */
function decisionOf({ trigger, unread }: TargetStatus): Html {
  return unread === undefined ? html`<small>${trigger.decision.reason}</small>` : html``;
}

function noProfile(target: TargetStatus): string {
  const { capture } = target;
  if (capture?.kind === 'failed') return `no profile yet, since captures fail: ${capture.message}`;
  return mayHaveProfiles(target) ? 'no profile since heapwarden was started' : 'no profile yet';
}

function memoryCell(target: TargetStatus, view: View): Html {
  const { limitBytes, recent } = target;
  const share = shareOfLimit(target);
  return html`<span>
      ${size(bytesInUse(target))}
      <small>
        ${limitBytes === undefined ? 'no limit known' : `of ${size(limitBytes)}`}
        ${share === undefined ? '' : `(${percent(share)})`}
      </small>
      ${lastMemory(target, view)}
    </span>
    ${sparkline(recent, SPARKLINE, limitBytes)}`;
}

/** Of the figure above, where it is not of the present. */
function lastMemory({ unread, lastReading }: TargetStatus, view: View): Html {
  if (unread === undefined || lastReading === undefined) return html``;
  return html`<small>last read ${moment(lastReading.at, view.now)}</small>`;
}

function growthCell(target: TargetStatus, incidents: readonly ShownIncident[], view: View): Html {
  const growth = fastestGrowth(target, incidents);
  if (growth === undefined) return html`<span class="empty">–</span>`;
  const { suspect } = growth;
  const end = limitReachedAt(target.name, incidents, view.now);
  const past = lastSeen(target.name, suspect.function, incidents);
  const when = past === undefined ? whenRead(target) : whenSeen(past);
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
): Sighting | undefined {
  return incidents
    .filter(isOpen)
    .flatMap(({ sightings }) => sightings)
    .find(
      (sighting) =>
        sighting.target === target && sighting.suspect.function === name && isUnseen(sighting),
    );
}

function lastAsked({ lastReading, readingError }: TargetStatus, view: View): Html {
  const read =
    lastReading === undefined ? '' : html`<small>read ${moment(lastReading.at, view.now)}</small>`;
  if (readingError === undefined) return html`${read}`;
  return html`${read}<small class="error"
      >${readingError.message}, ${moment(readingError.at, view.now)}</small
    >`;
}

function lastCapture(target: TargetStatus, view: View): Html {
  const { capture } = target;
  if (capture === undefined) return html`<small>${nothingCaptured(target)}</small>`;
  return capture.kind === 'saved'
    ? html`<small>captured ${moment(capture.at, view.now)}</small>`
    : html`<small class="error">${capture.message}, ${moment(capture.at, view.now)}</small>`;
}
