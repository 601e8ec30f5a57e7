import { withEvent } from '../incident/event.ts';
import type { Incident, IncidentEvent } from '../incident/incident.ts';
import { newestDead } from './dead-letters.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { laneOf, type Notification, type Severity } from './notification.ts';
import { withoutStaleSilences, type Acknowledgement, type Silence } from './silences.ts';
import { withoutStaleThreads, type Thread } from './threads.ts';
import type { ToldAlert } from './told-alerts.ts';

/**
 * Incidents and what is owed of them, in one value, so that one atomic write keeps both: a crash
 * leaves either the change with all the notifications it owes, or neither.
 */
export interface Book {
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  /** The outbox, in the order it was filled. */
  readonly pending: readonly Notification[];
  /** Given up, the oldest first. */
  readonly dead: readonly Notification[];
  /** Absent while no channel has any. */
  readonly threads?: readonly Thread[];
  /** Absent while there were never any, as are the acknowledgements. */
  readonly silences?: readonly Silence[];
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** What one channel of a receiver was told of one incident. */
export interface Told {
  readonly incident: string;
  readonly receiver: string;
  readonly channel: string;
  /** How many things were said: the sequence number of the next. */
  readonly said: number;
  /** How many of them the other side took, and when the last of these; absent in older files, the time before the first too. */
  readonly sent?: number;
  readonly sentAt?: number;
  readonly last: LastSaid | undefined;
  /** The newest decision in words; only a change of it becomes an event of the incident. */
  readonly decision: string;
  /** What a channel that forgets took, alert by alert; absent for others, and before it took any. */
  readonly alerts?: readonly ToldAlert[];
}

export interface LastSaid {
  readonly at: number;
  readonly state: 'firing' | 'resolved';
  /** The gravest since it fires. */
  readonly severity: Severity;
  /** Absent in older files. */
  readonly kind?: GrowthKind;
  /** All that were named since it fires. */
  readonly targets: readonly string[];
  readonly functions: readonly string[];
  readonly limitReachedAt: number | undefined;
  /** Those that gave no readings at the time of the newest message; absent where there were none. */
  readonly unread?: readonly string[];
  /** The saved profiles that the newest message named, as `TARGET/FILE`; absent in older files. */
  readonly profiles?: readonly string[];
}

export const EMPTY_BOOK: Book = { incidents: [], told: [], pending: [], dead: [] };

const RESOLVED_KEPT_MS = 30 * 86_400_000;
const MAX_RESOLVED = 1_000;
const MAX_REASON = 500;

/** Whether the record is of what the notification's channel was told of its incident. */
export function isToldTo(record: Told, { incident, receiver, channel }: Notification): boolean {
  return (
    record.incident === incident.id && record.receiver === receiver && record.channel === channel
  );
}

/** Forgets resolved incidents after 30 days or beyond 1,000, what was told of forgotten ones, and silences long ended. */
export function pruneBook(book: Book, now: number): Book {
  const resolved = book.incidents
    .filter((incident) => incident.state === 'resolved')
    .toSorted((a, b) => endOf(b) - endOf(a));
  const forgotten = new Set(
    resolved.filter((incident, i) => i >= MAX_RESOLVED || now - endOf(incident) > RESOLVED_KEPT_MS),
  );
  const incidents = book.incidents.filter((incident) => !forgotten.has(incident));
  const ids = new Set(incidents.map((incident) => incident.id));
  const told = book.told.filter((record) => ids.has(record.incident));
  const nothing = incidents.length === book.incidents.length && told.length === book.told.length;
  const pruned = nothing ? book : withoutStaleThreads({ ...book, incidents, told });
  return withoutStaleSilences(pruned, now);
}

/** The other side has it. */
export function markSent(book: Book, id: string): Book {
  return { ...book, pending: book.pending.filter((notification) => notification.id !== id) };
}

/** What became of all that was said to one channel of one incident. */
export interface Delivered {
  readonly sent: number;
  readonly owed: readonly Notification[];
  /** Of what was given up, those that can be sent again; older ones are forgotten. */
  readonly dead: readonly Notification[];
}

/** What an older file does not tell is reckoned from what is neither owed nor given up. */
export function deliveredTo(
  record: Told,
  { pending, dead }: Pick<Book, 'pending' | 'dead'>,
): Delivered {
  const isHere = (each: Notification) => isToldTo(record, each);
  const [owed, gone] = [pending.filter(isHere), dead.filter(isHere)];
  const sent = record.sent ?? Math.max(0, record.said - owed.length - gone.length);
  return { sent, owed, dead: gone };
}

/** The other side has it, and its incident keeps what it said to that. */
export function markDelivered(
  book: Book,
  notification: Notification,
  said: { at: number; detail: string },
): Book {
  const reason = `${laneOf(notification)}: ${notification.cause}: ${said.detail}`;
  const event = { at: said.at, kind: 'sent', reason: reason.slice(0, MAX_REASON) } as const;
  const told = book.told.map((record) =>
    isToldTo(record, notification)
      ? { ...record, sent: deliveredTo(record, book).sent + 1, sentAt: said.at }
      : record,
  );
  return withEventOf(markSent({ ...book, told }, notification.id), notification, event);
}

/** What is known after an attempt that is worth another. */
export interface Retry {
  /** When the attempt was made. */
  readonly at: number;
  readonly reason: string;
  readonly nextAttemptAt: number;
}

export function markRetry(book: Book, id: string, retry: Retry): Book {
  const pending = book.pending.map((notification) =>
    notification.id === id
      ? {
          ...notification,
          attempts: notification.attempts + 1,
          triedAt: retry.at,
          nextAttemptAt: retry.nextAttemptAt,
          lastAnswer: retry.reason,
        }
      : notification,
  );
  return { ...book, pending };
}

/** The same, and its incident tells of it where the answer is another than that before. */
export function markRetried(book: Book, notification: Notification, retry: Retry): Book {
  const { attempts, lastAnswer, cause } = notification;
  const tried = markRetry(book, notification.id, retry);
  if (lastAnswer === retry.reason) return tried;
  const reason = `${laneOf(notification)}: ${cause}: attempt ${attempts + 1}: ${retry.reason}`;
  const event = { at: retry.at, kind: 'retried', reason: reason.slice(0, MAX_REASON) } as const;
  return withEventOf(tried, notification, event);
}

/** Moves a notification to the dead letters, with why, which its incident keeps as well. */
export function markDead(book: Book, id: string, death: { at: number; reason: string }): Book {
  const notification = book.pending.find((candidate) => candidate.id === id);
  if (notification === undefined) return book;
  const event = {
    at: death.at,
    kind: 'not_told',
    reason: `${laneOf(notification)}: ${notification.cause}: ${death.reason}`,
  } as const;
  const dead = { ...notification, lastAnswer: death.reason };
  const buried = { ...markSent(book, id), dead: newestDead([...book.dead, dead]) };
  return withEventOf(buried, notification, event);
}

/**
 * Puts a dead letter back into the outbox, as new and under its old key, before what is owed of the
 * same incident to the same channel, for it was said before that.
 */
export function reviveDead(book: Book, id: string, now: number): Book {
  const letter = book.dead.find((candidate) => candidate.id === id);
  if (letter === undefined) return book;
  const owed = { ...letter, revivedAt: now, attempts: 0, nextAttemptAt: now };
  const isLater = (other: Notification) =>
    other.incident.id === letter.incident.id && laneOf(other) === laneOf(letter);
  const first = book.pending.findIndex(isLater);
  const at = first < 0 ? book.pending.length : first;
  const pending = book.pending.toSpliced(at, 0, owed);
  const dead = book.dead.filter((candidate) => candidate !== letter);
  const reason = `${laneOf(letter)}: ${letter.cause}: to be sent again, as was asked`;
  return withEventOf({ ...book, pending, dead }, letter, { at: now, kind: 'told', reason });
}

function withEventOf(book: Book, { incident: { id } }: Notification, event: IncidentEvent): Book {
  const incidents = book.incidents.map((incident) =>
    incident.id === id ? withEvent(incident, event) : incident,
  );
  return { ...book, incidents };
}

function endOf(incident: Incident): number {
  return incident.resolvedAt ?? incident.updatedAt;
}
