import { formatBytes, formatDuration } from '../config/units.ts';
import type { Incident, MemoryOutlook, Sighting } from '../incident/incident.ts';
import {
  affectedShare,
  firingTargets,
  hasPassed,
  isUnseen,
  silenceOf,
  silentCount,
  targetCount,
  whyUnseen,
} from '../incident/sightings.ts';
import type { PileUp } from '../goroutine/pile-up.ts';
import type { Suspect } from '../growth/verdict.ts';
import { KIND_NAMES } from './first-look.ts';

const HOUR_MS = 3_600_000;

/** `checkout (3 of 8): 182MiB/h in shop/internal/session.(*Store).Create, limit in 5h40m`: all of it in one line. */
export function headline(incident: Incident, sighting: Sighting | undefined, now: number): string {
  const name = shortFunction(incident.function);
  if (sighting === undefined) return `${printable(incident.scope)}: ${name}`;
  const service = printable(sighting.labels['service'] ?? sighting.target);
  if (sighting.state === 'resolved') {
    const where = incident.state === 'resolved' ? service : ofFleet(service, sighting);
    const what =
      sighting.isLeft === true ? `no longer watched: ${name}` : `${name} no longer grows`;
    const over = `${where}: ${what}${howLong(incident, sighting)}`;
    return [over, ...whereItGoesOn(incident)].join('; ');
  }
  const share = affectedShare(incident);
  const where = share === undefined ? service : `${service} (${share.firing} of ${share.of})`;
  const past = pastHeadline(sighting, now);
  if (past !== undefined) return `${where}: ${past}: ${whatGrew(incident)}`;
  return `${where}: ${growsWhere(incident, sighting)}, ${limitWords(sighting, now)}`;
}

function ofFleet(service: string, { target }: Sighting): string {
  return service === printable(target) ? service : `${service} (${printable(target)})`;
}

/** `it goes on in 1 of 3`, where it ended in one target alone; else nothing. */
export function whereItGoesOn(incident: Incident): readonly string[] {
  const firing = firingTargets(incident).length;
  if (incident.state === 'resolved' || firing === 0) return [];
  return [`it goes on in ${firing} of ${affectedShare(incident)?.of ?? targetCount(incident)}`];
}

/** `, after 5h40m`; nothing where the clock was set back meanwhile. */
function howLong({ openedAt }: Incident, { at }: Sighting): string {
  const lasted = at - openedAt;
  return lasted < 0 ? '' : `, after ${formatDuration(lasted)}`;
}

const UNSEEN = {
  gone: 'gone, nothing in its place yet that could show whether it still grows',
  replaced: 'replaced, too early to say whether it still grows',
  restarted: 'restarted, too early to say whether it still grows',
  calm: 'not seen to grow at present, too early to say that it is over',
} as const;

/** `restarted, too early to say whether it still grows`; `undefined` of what is seen to grow. */
function pastHeadline(sighting: Sighting, now: number): string | undefined {
  const { target, labels, memory } = sighting;
  const unread = silenceOf(sighting);
  if (unread === undefined) return isUnseen(sighting) ? UNSEEN[whyUnseen(sighting)] : undefined;
  const of = (labels['service'] ?? target) === target ? '' : ` of ${printable(target)}`;
  const end = unread.nearLimit === true ? ', it may have been killed at its limit' : '';
  return `no reading${of} for ${formatDuration(now - unread.since)}, memory was ${memoryWords(memory)}${end}`;
}

function whatGrew({ kind, function: name }: Incident): string {
  return kind === 'heap' ? shortFunction(name) : KIND_NAMES[kind];
}

/** `1200 goroutines/h block in shop/quote.ask`, `12MiB/h outside of Go`, `182MiB/h in shop/cart.(*Cart).Add`. */
export function growsWhere(incident: Incident, { suspect, goroutines }: Sighting): string {
  const bytes = rate(suspect);
  switch (incident.kind) {
    case 'heap':
      return `${bytes} in ${shortFunction(incident.function)}`;
    case 'goroutine':
      if (goroutines === undefined)
        return `${bytes} of stacks in ${shortFunction(suspect.function)}`;
      return `${Math.round(goroutines.perHour)} goroutines/h block in ${shortFunction(goroutines.blockedIn.function)}`;
    case 'stacks':
    case 'off_heap':
    case 'fragmentation':
    case 'retained_idle':
    case 'profiler':
    case 'gc_headroom':
      return `${bytes} of ${KIND_NAMES[incident.kind]}`;
  }
}

/** What goes on, as the start of a sentence. */
export function whatGrows(incident: Incident, sighting: Sighting | undefined): string {
  const name = printable(sighting?.suspect.function ?? incident.function);
  const place = sighting === undefined ? '' : ` (${shortPlace(sighting.suspect)})`;
  if (incident.kind === 'heap') return `Memory allocated in ${name}${place} is not freed`;
  if (incident.kind !== 'goroutine') return `The process grows by ${KIND_NAMES[incident.kind]}`;
  const pile = sighting?.goroutines;
  return pile === undefined
    ? 'Goroutines pile up, and no profile of them tells where'
    : whereTheyBlock(pile);
}

function whereTheyBlock(pile: PileUp): string {
  const { count, blockedIn, state, startedBy, createdIn, bytesEach, isProven } = pile;
  return [
    `${count} goroutines block in ${printable(blockedIn.function)} (${shortPlace(blockedIn)}; ${state})`,
    ...(startedBy.function === blockedIn.function
      ? []
      : [`running ${printable(startedBy.function)} (${shortPlace(startedBy)})`]),
    ...(createdIn === undefined ? [] : [`started by ${printable(createdIn)}`]),
    ...(bytesEach === undefined ? [] : [`with ${formatBytes(bytesEach)} of stack each`]),
    ...(isProven ? ['and nothing can wake them any more, as the runtime itself found'] : []),
  ].join(', ');
}

/** Of a target that is no longer watched it is not known whether it is. */
export function whatIsOver(incident: Incident, sighting: Sighting | undefined): string {
  const { kind, function: name } = incident;
  if (sighting?.isLeft === true) {
    const what = kind === 'heap' ? `memory allocated in ${printable(name)}` : KIND_NAMES[kind];
    return `Nobody watches any more whether it goes on: growth of ${what}`;
  }
  if (kind === 'heap') return `Memory allocated in ${printable(name)} no longer piles up`;
  if (kind === 'goroutine') return 'Goroutines no longer pile up';
  return `The process no longer grows by ${KIND_NAMES[kind]}`;
}

/** `Of the growth of the process: live heap 58%, goroutines 36%.`; `undefined` where readings do not tell. */
export function shareWords({ shares = [] }: Sighting): string | undefined {
  const told = shares.filter(({ share }) => share >= 0.01);
  if (told.length === 0) return undefined;
  const parts = told.map(({ kind, share }) => `${KIND_NAMES[kind]} ${percent(share)}`);
  return `Of all that the process grew by: ${parts.join(', ')}.`;
}

export function rate(suspect: Suspect): string {
  return `${formatBytes(suspect.growthBytesPerHour)}/h`;
}

/** `150MiB/h to 215MiB/h`: two standard errors either side, but no less than nothing, for what shrank is not told as growth. */
export function rateInterval(suspect: Suspect): string {
  const { growthBytesPerHourLow: low, growthBytesPerHourHigh: high } = suspect;
  return `${formatBytes(Math.max(0, low))}/h to ${formatBytes(high)}/h`;
}

/** `limit in 5h40m`, `limit in 5h40m at 240MiB/h in all`, `limit reached`, `limit not in sight`, `no limit known`. */
export function limitWords(sighting: Sighting, now: number): string {
  const { memory, suspect } = sighting;
  if (memory.limitBytes === undefined) return 'no limit known';
  if (memory.limitReachedAt === undefined) return 'limit not in sight';
  if (hasPassed(sighting, now)) return `limit foreseen for ${utc(memory.limitReachedAt)}`;
  if (memory.limitReachedAt <= now)
    return memory.readingBytes < memory.limitBytes
      ? 'limit within one cycle of the garbage collector'
      : 'limit reached';
  const inAll = rateInAll(memory, suspect);
  const at = inAll === undefined ? '' : ` at ${inAll} in all`;
  return `limit in ${formatDuration(memory.limitReachedAt - now)}${at}`;
}

/** Of all that is suspected in a process, where that is more than the one suspect; else `undefined`. */
export function rateInAll({ bytesPerHour }: MemoryOutlook, suspect: Suspect): string | undefined {
  const inAll = `${formatBytes(bytesPerHour)}/h`;
  const isMore = bytesPerHour > suspect.growthBytesPerHour && inAll !== rate(suspect);
  return isMore ? inAll : undefined;
}

/** `between 4h50m and 6h50m`; `undefined` where the forecast has no bounds, or its time has come. */
export function limitInterval(memory: MemoryOutlook, now: number): string | undefined {
  const { limitReachedAtEarliest: earliest, limitReachedAtLatest: latest } = memory;
  const { limitReachedAt: expected = Infinity } = memory;
  if (earliest === undefined || expected <= now) return undefined;
  if (latest === undefined) return `not before ${within(earliest - now)}`;
  return `between ${within(earliest - now)} and ${within(latest - now)}`;
}

/** Forecasts are no nearer to the truth. */
const SAME_ROOM = 0.1;

/**
 * `room for 300MiB more, garbage aside`: what the rate goes into until the limit is reached. `undefined` where
 * that is what is left of the limit anyway, or nothing is foreseen.
 */
export function roomWords({ memory, at }: Sighting): string | undefined {
  const { limitBytes, limitReachedAt, readingBytes, bytesPerHour } = memory;
  if (limitBytes === undefined || limitReachedAt === undefined || limitReachedAt <= at)
    return undefined;
  const room = (bytesPerHour * (limitReachedAt - at)) / HOUR_MS;
  const left = limitBytes - readingBytes;
  if (Math.abs(room - left) <= SAME_ROOM * left) return undefined;
  return `room for ${formatBytes(room)} more, garbage aside`;
}

function within(ms: number): string {
  return ms <= 0 ? 'now' : formatDuration(ms);
}

/** Readings come oftener, reports of a leak as often as profiles. */
const QUITE_NEW_MS = 10 * 60_000;

/** `1.6GiB of 2GiB (80%)`, and when that was where it is not quite new. */
export function memorySeen({ memory, at, unread }: Sighting, now: number): string {
  const words = memoryWords(memory);
  if (unread !== undefined)
    return `${words} when last read, ${formatDuration(now - unread.since)} ago`;
  return now - at < QUITE_NEW_MS ? words : `${words} as read ${utc(at)}`;
}

/** `1.6GiB of 2GiB (80%)`. */
export function memoryWords(memory: Pick<MemoryOutlook, 'readingBytes' | 'limitBytes'>): string {
  const now = formatBytes(memory.readingBytes);
  if (memory.limitBytes === undefined) return now;
  const share = Math.round((100 * memory.readingBytes) / memory.limitBytes);
  return `${now} of ${formatBytes(memory.limitBytes)} (${share}%)`;
}

export const READING_NAMES = {
  rss: 'resident set',
  go_total: 'held by the Go runtime',
  heap_inuse: 'heap in use',
} as const;

/** `3 of 8 targets of checkout, 1 of them without readings`; `undefined` where the fleet is not known, or is one. */
export function replicaWords(incident: Incident): string | undefined {
  const share = affectedShare(incident);
  if (share === undefined) return undefined;
  const fleet = `${share.firing} of ${share.of} targets of ${printable(incident.scope)}`;
  return fleet + silentWords(incident);
}

/** `, 1 of them without readings`; empty where all of them are read. */
export function silentWords(incident: Incident): string {
  const silent = silentCount(incident);
  return silent === 0 ? '' : `, ${silent} of them without readings`;
}

/** Without the host of the module: `example.com/shop/cart.(*Cart).Add` is `shop/cart.(*Cart).Add`. */
export function shortFunction(name: string): string {
  return printable(name.replace(/^[^/]*\.[^/]*\/(?=.)/, ''));
}

/** `…/session/session.go:17`. */
export function shortPlace(place: { readonly file: string; readonly line: number }): string {
  if (place.file === '') return 'unknown file';
  const parts = printable(place.file).split('/');
  const file = parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : parts.join('/');
  return `${file}:${place.line}`;
}

const MAX_LENGTH = 300;

/** Names come from the target's bytes: no control or direction signs, and no more than fits. */
export function printable(text: string, most = MAX_LENGTH): string {
  const clean = text.replace(/[\p{C}\s]+/gu, ' ');
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** `2026-03-01 14:05 UTC`. */
export function utc(at: number): string {
  const text = isoTime(at);
  return text === undefined ? 'ages from now' : `${text.slice(0, 16).replace('T', ' ')} UTC`;
}

/** ISO 8601 in UTC; `undefined` for a time that has no such form, as a forecast of a tiny rate may be. */
export function isoTime(at: number): string | undefined {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
