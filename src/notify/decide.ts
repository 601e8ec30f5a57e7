import { formatDuration } from '../config/units.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { firingTargets, silenceOf } from '../incident/sightings.ts';
import type { LastSaid, Told } from './book.ts';
import { KIND_NAMES } from './first-look.ts';
import { firingSightings, functionsOf, lastingForecast, type Forecast } from './incident-facts.ts';
import type { NotificationCause } from './notification.ts';
import { endOf } from './wait.ts';
import { memoryWords } from './words.ts';

/** One channel that an incident may be told to. */
export interface Listener {
  readonly receiver: string;
  readonly channel: string;
  readonly sendResolved: boolean;
  /** It takes for over what it is not told again. */
  readonly forgets?: true;
  readonly told: Told | undefined;
  /** Why nothing may be said here now. */
  readonly muted: Mute | undefined;
  /** Whether something said earlier of this incident still waits in the outbox. */
  readonly undelivered: boolean;
  readonly timing: Timing;
}

export interface Mute {
  readonly reason: string;
  /** When to decide again without anything new having happened. */
  readonly until: number | undefined;
}

export interface Timing {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
}

export type Decision =
  | { readonly kind: 'tell'; readonly cause: NotificationCause; readonly reason: string }
  | {
      readonly kind: 'wait';
      /** When to decide again without anything new having happened. */
      readonly until: number | undefined;
      readonly reason: string;
      /** Whether the reason belongs into the story of the incident; that nothing is new does not. */
      readonly isNoted: boolean;
    }
  /** The incident is over for this channel without a word. */
  | { readonly kind: 'settle'; readonly reason: string };

/** What to tell one channel of one incident now, with Alertmanager's meaning of the three intervals. */
export function decide(incident: Incident, listener: Listener, now: number): Decision {
  if (listener.muted !== undefined) {
    return { kind: 'wait', isNoted: true, ...listener.muted };
  }
  const last = listener.told?.last;
  if (incident.state === 'resolved') return decideResolved(listener);
  if (last === undefined) return decideFirst(incident, listener, now);
  if (incident.state === 'leak' && last.severity === 'warning') {
    return { kind: 'tell', cause: 'escalated', reason: 'escalated from suspect to leak' };
  }
  // A second one would wait behind the first; when that is out, this is decided again.
  if (listener.undelivered) {
    const reason = 'what was said before is not delivered yet';
    return { kind: 'wait', until: undefined, reason, isNoted: false };
  }
  return decideAgain(incident, { ...listener, last }, now);
}

function decideResolved({ told, sendResolved }: Listener): Decision {
  if (told?.last === undefined) {
    return { kind: 'settle', reason: 'resolved before it was told' };
  }
  if (!sendResolved) return { kind: 'settle', reason: 'resolved; send_resolved is off here' };
  return { kind: 'tell', cause: 'resolved', reason: 'resolved' };
}

function decideFirst(incident: Incident, { timing }: Listener, now: number): Decision {
  const opened = { kind: 'tell', cause: 'opened', reason: 'opened' } as const;
  if (incident.events.some((event) => event.kind === 'escalated')) return opened;
  const until = after(incident.openedAt, timing.groupWaitMs, now);
  if (now >= until) return opened;
  const reason = `group_wait of ${formatDuration(timing.groupWaitMs)}`;
  return { kind: 'wait', until, reason, isNoted: true };
}

function decideAgain(
  incident: Incident,
  { last, timing }: Listener & { readonly last: LastSaid },
  now: number,
): Decision {
  const repeatMs = Math.max(timing.repeatIntervalMs, timing.groupIntervalMs);
  const repeatAt = last.at + repeatMs;
  // A small step back repeats nothing; after a large one nobody waits for a clock that was ahead.
  const isRepeatDue = now >= repeatAt || last.at - now > repeatMs;
  const news = newsSince(incident, last);
  if (news === undefined) {
    if (isRepeatDue) return { kind: 'tell', cause: 'repeated', reason: 'still there' };
    return { kind: 'wait', until: repeatAt, reason: tooSoon(timing), isNoted: false };
  }
  const until = after(last.at, timing.groupIntervalMs, now);
  if (now >= until) return { kind: 'tell', cause: 'updated', reason: news };
  const wait = `group_interval of ${formatDuration(timing.groupIntervalMs)}`;
  return { kind: 'wait', until, reason: `${wait}, then: ${news}`, isNoted: true };
}

function after(since: number, ms: number, now: number): number {
  return endOf({ since, until: since + ms }, now);
}

function tooSoon({ repeatIntervalMs }: Timing): string {
  if (!Number.isFinite(repeatIntervalMs)) return 'told; the other side repeats by itself';
  return `repeated too soon: repeat_interval of ${formatDuration(repeatIntervalMs)}`;
}

/** What changed that matters to a reader of the last message; new figures alone do not. */
function newsSince(incident: Incident, last: LastSaid): string | undefined {
  if (last.kind !== undefined && last.kind !== incident.kind) {
    return `now known to be growth of ${KIND_NAMES[incident.kind]}`;
  }
  const told = new Set(last.targets);
  const formerly = new Map(incident.sightings.map((each) => [each.target, each.formerly]));
  const isTold = (name: string) => told.has(name) || told.has(formerly.get(name) ?? name);
  const target = firingTargets(incident).find((name) => !isTold(name));
  if (target !== undefined) return `also in ${target}`;
  const name = functionsOf(incident).find((candidate) => !last.functions.includes(candidate));
  if (name !== undefined) return `also ${name}`;
  const silent = firingSightings(incident).find((each) => isNewsOfSilence(each, last));
  if (silent !== undefined) return silenceNews(silent);
  const forecast = lastingForecast(incident);
  if (forecast === undefined) return undefined;
  if (last.limitReachedAt === undefined) return 'the limit is in sight';
  return isHalved(forecast, last.limitReachedAt, last.at)
    ? 'the time to the limit halved'
    : undefined;
}

/** That a target which was near its limit is silent is what people have to look at; of any other the next message says so. */
function isNewsOfSilence(sighting: Sighting, { unread: told = [] }: LastSaid): boolean {
  return silenceOf(sighting)?.nearLimit === true && !told.includes(sighting.target);
}

function silenceNews({ target, memory }: Sighting): string {
  return `no reading of ${target} any more, and it may have been killed at its limit: memory was ${memoryWords(memory)}`;
}

/**
 * Half of what the last message led to expect of the moment at which the forecast was made, not half of what it
 * named: time passes by itself, and of a forecast that nothing renewed it makes no news. What was told by a
 * clock that was ahead was so much then.
 */
function isHalved({ at, limitReachedAt }: Forecast, toldAt: number, tellingAt: number): boolean {
  const expectedMs = toldAt - Math.max(at, tellingAt);
  return limitReachedAt - at <= expectedMs / 2 && limitReachedAt < toldAt;
}
