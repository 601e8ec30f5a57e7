import { html } from 'hono/html';
import type { Incident, Sighting } from '../incident/incident.ts';
import { silenceOf, silentCount } from '../incident/sightings.ts';
import { newestWords, noReadingWords, unseenWords, whenGrew } from '../notify/unseen.ts';
import { memoryWords } from '../notify/words.ts';
import type { Html } from './format.ts';
import { badge, spell } from './format.ts';
import type { View } from './layout.ts';
import { standing, stateWhenRead } from './standing.ts';
import type { TargetStatus, Unread } from './status.ts';

/** Where what is told of the worst target of an incident is of the past, before that: why, as messages say it. */
export function pastLine({ sightings: [worst] }: Incident, { now }: View): Html {
  const past = worst && unseenWords(worst, now);
  if (worst === undefined || past === undefined) return html``;
  const when = whenGrew(worst);
  if (silenceOf(worst) === undefined) return html`<p>${past}. ${when}:</p>`;
  return html`<p>
    <strong>${worst.target}: ${past}.</strong> Memory was ${memoryWords(worst.memory)} then.
    ${when}:
  </p>`;
}

/** What the newest verdict says, where that is less than the reason above it says. */
export function newestLine({ sightings: [worst] }: Incident): Html {
  const newest = worst && newestWords(worst);
  return newest === undefined ? html`` : html`<p>${newest.when}: ${newest.reason}</p>`;
}

/** `2 of them without readings`; empty where all of them are read. */
export function unreadCount(incident: Incident): string {
  const unread = silentCount(incident);
  return unread === 0 ? '' : ` · ${unread} without readings`;
}

export function isUnread(sighting: Sighting): boolean {
  return silenceOf(sighting) !== undefined;
}

/** Before all else that is told of a target, which is then of the past. */
export function unreadNote(target: TargetStatus, { now }: View): Html {
  const { unread, lastReading } = target;
  if (unread === undefined) return html``;
  const memory = lastReading && ` Memory was ${memoryWords(lastReading.memory)} then.`;
  return html`<p class="note">
    ${target.name}: ${noReadingWords(unread, now)}.${memory} What the page tells of it is of before
    that.
  </p>`;
}

/** How long it was not read. */
export function noReadingFor(unread: Pick<Unread, 'since'> | undefined, { now }: View): Html {
  return unread === undefined
    ? html``
    : html`<small class="error">no reading for ${spell(unread.since, now)}</small>`;
}

/** Its state, and what it was before there were no readings. */
export function stateBadges(target: TargetStatus): Html {
  const before = stateWhenRead(target);
  if (before === undefined) return badge(standing(target));
  return html`${badge(standing(target))} ${badge(before, `${before} when last read`)}`;
}
