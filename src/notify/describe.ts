import type { Incident, Sighting } from '../incident/incident.ts';
import { formatBytes } from '../config/units.ts';
import { isPast, silenceOf } from '../incident/sightings.ts';
import { reasonsToTell, reasonWords } from './reason-words.ts';
import { newestWords, unseenWords, whatGrew, whenGrew } from './unseen.ts';
import {
  READING_NAMES,
  limitInterval,
  limitWords,
  memorySeen,
  percent,
  printable,
  rate,
  rateInterval,
  shareWords,
  utc,
  whatGrows,
  whatIsOver,
  whereItGoesOn,
} from './words.ts';

const HOUR_MS = 3_600_000;

/** One target's part in an incident in a few sentences, without marks, for whatever shows plain text. */
export function describe(incident: Incident, sighting: Sighting, now: number): string {
  if (sighting.state === 'resolved') {
    return overWords(incident, sighting);
  }
  const past = unseenWords(sighting, now);
  if (past !== undefined) {
    return [
      `${past}.`,
      `${whenGrew(sighting)}, ${whatGrew(incident, sighting)}: ${grewWords(incident, sighting)}.`,
      ...whatStands(sighting, now),
    ].join(' ');
  }
  return [
    `${whatGrows(incident, sighting)}: ${growthWords(incident, sighting)}.`,
    ...otherName(incident, sighting),
    ...(incident.kind === 'heap' ? [] : [shareWords(sighting) ?? []].flat()),
    ...whatStands(sighting, now),
  ].join(' ');
}

/** Of one target alone, while others go on, it is told as that. */
function overWords(incident: Incident, sighting: Sighting): string {
  const { target, reason } = sighting;
  const over = `${whatIsOver(incident, sighting)}: ${reasonWords(reason)}`;
  const rest = whereItGoesOn(incident);
  return rest.length === 0
    ? `${over}.`
    : `Of ${printable(target)} alone: ${[over, ...rest].join('; ')}.`;
}

/** What a verdict names moves along one call path; the labels stay what they were. */
function otherName(incident: Incident, { suspect }: Sighting): readonly string[] {
  if (incident.kind !== 'heap' || incident.function === suspect.function) return [];
  return [`The incident is named for ${printable(incident.function)}, on the same call path.`];
}

function whatStands(sighting: Sighting, now: number): readonly string[] {
  const { memory } = sighting;
  const { reason, newest } = reasonsToTell(sighting.reason, newestWords(sighting));
  const verb = silenceOf(sighting) === undefined ? 'is' : 'was';
  return [
    `Memory (${READING_NAMES[memory.readingKind]}) ${verb} ${memorySeen(sighting, now)}; ${outlookWords(sighting, now)}.`,
    `Why heapwarden says so: ${reason}.`,
    ...(newest === undefined ? [] : [`${newest}.`]),
  ];
}

/** `it grew by 182MiB/h (152MiB/h to 212MiB/h), 364MiB in all`. */
function grewWords({ kind }: Incident, { suspect, goroutines }: Sighting): string {
  const grown = formatBytes(suspect.growthBytes);
  if (goroutines !== undefined)
    return `${Math.round(goroutines.perHour)} more each hour, ${grown} of stacks in all`;
  const it = kind === 'heap' ? 'it grew by ' : '';
  return `${it}${rate(suspect)} (${rateInterval(suspect)}), ${grown} in all`;
}

function growthWords({ kind }: Incident, sighting: Sighting): string {
  const { suspect, goroutines } = sighting;
  const grown = formatBytes(suspect.growthBytes);
  const since = `since ${utc(suspect.since)}`;
  if (goroutines !== undefined) {
    const { perHour, grownBy } = goroutines;
    return `${Math.round(perHour)} more each hour, ${grownBy} ${since}, ${grown} of stacks`;
  }
  if (kind !== 'heap') return `${rate(suspect)} (${rateInterval(suspect)}), ${grown} ${since}`;
  return (
    `it grows by ${rate(suspect)} (${rateInterval(suspect)})${allGrownWords(sighting)}, ` +
    `and ${percent(suspect.survival)} of what it allocated since then is still in use`
  );
}

/** Of the time that it grows for: what the rate is not of is then so little that it says the same as the whole. */
const NEARLY_NOTHING = 0.1;

/** `, 364MiB since …`; where it was another rate before ` since …, 364MiB in all since … (91MiB/h in the mean)`. */
function allGrownWords({ suspect, at }: Sighting): string {
  const { growthBytes, since, rateSince = since } = suspect;
  const [grown, begin] = [formatBytes(growthBytes), utc(since)];
  if (rateSince - since <= NEARLY_NOTHING * (at - since)) return `, ${grown} since ${begin}`;
  const mean = formatBytes((growthBytes * HOUR_MS) / Math.max(1, at - since));
  return ` since ${utc(rateSince)}, ${grown} in all since ${begin} (${mean}/h in the mean)`;
}

/** `limit in 5h40m (between 4h50m and 6h50m)`. */
export function outlookWords(sighting: Sighting, now: number): string {
  const { memory } = sighting;
  if (isPast(sighting) && memory.limitBytes !== undefined)
    return silenceOf(sighting) === undefined ? 'no forecast yet' : 'no forecast without readings';
  const words = limitWords(sighting, now);
  const interval = limitInterval(memory, now);
  return interval === undefined ? words : `${words} (${interval})`;
}
