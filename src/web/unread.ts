import { html } from 'hono/html';
import { isUnseen } from '../incident/sightings.ts';
import { whenSeen } from '../notify/unseen.ts';
import type { Html } from './format.ts';
import { badge, moment, percent, size } from './format.ts';
import type { View } from './layout.ts';
import { isUnread, type ShownIncident, type ShownSighting, type Unread } from './shown-incident.ts';
import { standing, stateWhenRead } from './standing.ts';
import type { TargetStatus } from './status.ts';

/** `last read 1m29s ago at 2.36GiB of 2GiB (118%), and no reading since: connect ECONNREFUSED`. */
export function unreadWords({ since, why, readingBytes, limitBytes }: Unread, view: View): Html {
  const reason = why === undefined ? '' : `: ${why}`;
  if (readingBytes === undefined) return html`no reading for as long as it is watched${reason}`;
  const share = limitBytes ? ` of ${size(limitBytes)} (${percent(readingBytes / limitBytes)})` : '';
  return html`last read ${moment(since, view.now)} at ${size(readingBytes)}${share}, and no reading
  since${reason}`;
}

/** Where the worst target of an incident gives no readings, before what is told of it. */
export function unreadLine({ sightings: [worst] }: ShownIncident, view: View): Html {
  if (worst?.noReading === undefined) return html``;
  return html`<p>
    <strong>${worst.target}: ${unreadWords(worst.noReading, view)}.</strong>
    ${whatIsKnown(worst.noReading)} When last read:
  </p>`;
}

function whatIsKnown({ nearLimit }: Unread): string {
  return nearLimit === true
    ? 'It may have been killed at its limit.'
    : 'Whether it still grows, or runs at all, is not known.';
}

/** `2 of them without readings`; empty where all of them are read. */
export function unreadCount({ sightings }: ShownIncident): string {
  const unread = sightings.filter(isUnread).length;
  return unread === 0 ? '' : ` · ${unread} without readings`;
}

/** Of figures, where they are not of the present. */
export function whenTold(sighting: ShownSighting): string {
  if (isUnseen(sighting)) return whenSeen(sighting);
  return isUnread(sighting) ? ' when last read' : '';
}

/** Its state, and what it was before there were no readings. */
export function stateBadges(target: TargetStatus): Html {
  const before = stateWhenRead(target);
  if (before === undefined) return badge(standing(target));
  return html`${badge(standing(target))} ${badge(before, `${before} when last read`)}`;
}
