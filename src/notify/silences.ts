import { RE2JS } from 're2js';
import type { Matcher } from '../config/config.ts';
import type { Incident } from '../incident/incident.ts';
import type { Book } from './book.ts';
import type { Mute } from './decide.ts';
import { labelSets, type Labels } from './routes.ts';
import { isoTime } from './words.ts';

/**
 * For whatever its matchers all hold, nothing is told between two times but that it is over, and, to a channel that
 * forgets, what that took before.
 */
export interface Silence {
  readonly id: string;
  /** On the labels of an alert and, besides, `incident`. */
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** Somebody is at work on an incident: nothing more is told of it until an end, or until it gets worse. */
export interface Acknowledgement {
  readonly incident: string;
  /** How grave it was then. */
  readonly state: 'suspect' | 'leak';
  readonly at: number;
  readonly endsAt: number;
  readonly by: string;
  readonly comment: string;
}

export const MAX_SILENCES = 500;
/** As long as Alertmanager keeps them. */
const EXPIRED_KEPT_MS = 5 * 86_400_000;
const MAX_COMMENT_SHOWN = 200;

export type SilenceState = 'pending' | 'active' | 'expired';

export function stateOfSilence({ startsAt, endsAt }: Silence, now: number): SilenceState {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}

/** What people said of an incident that holds now. */
export interface Hush {
  /** Those that together cover it; empty where they do not. */
  readonly silencedBy: readonly Silence[];
  readonly acknowledged: Acknowledgement | undefined;
}

/** Looks up why nothing may be said of an incident now: a silence, else an acknowledgement. */
export function hushes(book: Book, now: number): (incident: Incident) => Mute | undefined {
  const hushOf = hushesInForce(book, now);
  return (incident) => {
    const { silencedBy, acknowledged } = hushOf(incident);
    if (silencedBy.length > 0) return silenced(silencedBy);
    return acknowledged && muteOf(acknowledged);
  };
}

export function hushesInForce(book: Book, now: number): (incident: Incident) => Hush {
  const active = (book.silences ?? [])
    .filter((silence) => stateOfSilence(silence, now) === 'active')
    .map((silence) => ({ silence, covers: coverOf(silence) }));
  const acknowledged = new Map((book.acknowledgements ?? []).map((each) => [each.incident, each]));
  return (incident) => {
    const silencedBy = active.length === 0 ? [] : silencesOf(incident, active);
    const acknowledgement = acknowledged.get(incident.id);
    const holds = acknowledgement !== undefined && covers(acknowledgement, incident, now);
    return { silencedBy, acknowledged: holds ? acknowledgement : undefined };
  };
}

interface Active {
  readonly silence: Silence;
  readonly covers: (labels: Labels) => boolean;
}

/** Those that together cover all the targets in which it fires; none where one target is not covered. */
function silencesOf(incident: Incident, active: readonly Active[]): readonly Silence[] {
  const found = new Set<Silence>();
  for (const labels of labelSets(incident)) {
    const first = active.find((each) => each.covers({ ...labels, incident: incident.id }));
    if (first === undefined) return [];
    found.add(first.silence);
  }
  return [...found];
}

/** Whether a silence alone covers all the targets in which an incident fires, while it is in force. */
export function isCovered(incident: Incident, silence: Silence): boolean {
  return silencesOf(incident, [{ silence, covers: coverOf(silence) }]).length > 0;
}

function silenced(by: readonly Silence[]): Mute {
  const words = by.map(
    ({ id, createdBy, endsAt, comment }) =>
      `silenced by ${id} of ${createdBy} until ${isoTime(endsAt)}${remark(comment)}`,
  );
  return { reason: words.join('; '), until: Math.min(...by.map(({ endsAt }) => endsAt)) };
}

function muteOf({ by, endsAt, comment }: Acknowledgement): Mute {
  const reason = `acknowledged by ${by} until ${isoTime(endsAt)}${remark(comment)}`;
  return { reason, until: endsAt };
}

export function remark(comment: string): string {
  return comment === '' ? '' : `: ${comment.slice(0, MAX_COMMENT_SHOWN)}`;
}

function covers(acknowledgement: Acknowledgement, incident: Incident, now: number): boolean {
  const isWorse = acknowledgement.state === 'suspect' && incident.state === 'leak';
  return now < acknowledgement.endsAt && !isWorse;
}

const known = new WeakMap<Silence, (labels: Labels) => boolean>();

/** Whether the matchers of a silence all hold for the labels of an alert. */
export function coverOf(silence: Silence): (labels: Labels) => boolean {
  const cover = known.get(silence) ?? compileCover(silence);
  known.set(silence, cover);
  return cover;
}

/** Patterns come over the API and values from targets, so they are matched in linear time. */
function compileCover({ matchers }: Silence): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => {
    const holds = testOf(matcher);
    return (labels: Labels) =>
      holds(Object.hasOwn(labels, matcher.label) ? (labels[matcher.label] ?? '') : '');
  });
  return (labels) => tests.every((test) => test(labels));
}

function testOf({ operator, value }: Matcher): (text: string) => boolean {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~': {
      const pattern = compilePattern(value);
      return (text) => pattern?.testExact(text) === true;
    }
    case '!~': {
      const pattern = compilePattern(value);
      return (text) => pattern?.testExact(text) === false;
    }
  }
}

/** `undefined` for what RE2 does not read, such as a look-ahead. */
export function compilePattern(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch {
    return undefined;
  }
}

/** The book with a silence more, or one in the place of that with its id. */
export function withSilence(book: Book, silence: Silence): Book {
  const others = (book.silences ?? []).filter(({ id }) => id !== silence.id);
  return { ...book, silences: [...others, silence] };
}

/** Ends a silence that has not ended, now. */
export function expireSilence(book: Book, id: string, now: number): Book {
  const silences = book.silences?.map((silence) =>
    silence.id === id && now < silence.endsAt
      ? { ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now }
      : silence,
  );
  return silences === undefined ? book : { ...book, silences };
}

/** The newer takes the place of the older. */
export function withAcknowledgement(book: Book, acknowledgement: Acknowledgement): Book {
  return {
    ...book,
    acknowledgements: [
      ...acknowledgementsOfOthers(book, acknowledgement.incident),
      acknowledgement,
    ],
  };
}

export function withoutAcknowledgement(book: Book, incident: string): Book {
  return { ...book, acknowledgements: acknowledgementsOfOthers(book, incident) };
}

function acknowledgementsOfOthers(book: Book, incident: string): readonly Acknowledgement[] {
  return (book.acknowledgements ?? []).filter((each) => each.incident !== incident);
}

/** Without what ended long ago, and acknowledgements that ended or whose incident is forgotten. */
export function withoutStaleSilences(book: Book, now: number): Book {
  return withoutStaleAcknowledgements(withoutExpired(book, now), now);
}

function withoutExpired(book: Book, now: number): Book {
  const silences = book.silences?.filter(({ endsAt }) => now - endsAt < EXPIRED_KEPT_MS);
  return silences?.length === book.silences?.length ? book : { ...book, silences: silences ?? [] };
}

function withoutStaleAcknowledgements(book: Book, now: number): Book {
  const { acknowledgements: all = [], incidents } = book;
  if (all.length === 0) return book;
  const open = new Set(incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id));
  const left = all.filter(({ incident, endsAt }) => now < endsAt && open.has(incident));
  return left.length === all.length ? book : { ...book, acknowledgements: left };
}
