import { formatDuration } from '../config/units.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { Alarm } from './alarm.ts';
import { backOffMs } from './back-off.ts';
import { markDead, markDelivered, markRetried, markRetry, type Book } from './book.ts';
import type { Answer, Channel, Notification } from './notification.ts';
import { Resend } from './resend.ts';
import type { Place } from './standing.ts';
import { withThread } from './threads.ts';
import { alertsToTell, withAlertsTold, type ToldAlert } from './told-alerts.ts';
import { unlessAborted } from './unless-aborted.ts';
import { endOf, type Wait } from './wait.ts';

export interface DeliveryParts {
  readonly outbox: Outbox;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly log: Log;
  /** After each attempt. */
  readonly onOutcome: (receiver: string, channel: string, answer: Answer['kind']) => void;
}

/** The part of the book that delivery sees. */
export interface Outbox {
  /** What is owed and safely on disk, in the order it was planned. */
  owed(lane: string): readonly Notification[];
  /** Which incidents, by id, a channel that forgets was told of and of no end of. */
  told(lane: string): readonly string[];
  /** What it was told of one, where that still holds. */
  standing(place: Place): Notification | undefined;
  /** What such a channel took before of the incident. */
  alertsTold(notification: Notification): readonly ToldAlert[];
  /** Resolves when the change is on disk. */
  settle(change: (book: Book) => Book): Promise<void>;
}

/** After this a notification that nobody takes becomes a dead letter. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;
/** Bounds a channel that neither answers nor minds its own timeout. */
const LONGEST_ATTEMPT_MS = 120_000;

/** A lane for each channel of a receiver, so that one that is slow or down delays no other. */
export class Delivery {
  readonly #lanes: readonly Lane[];
  readonly #running: Promise<unknown>;

  constructor(parts: DeliveryParts) {
    this.#lanes = [...parts.channels].map(([name, channel]) => new Lane(name, channel, parts));
    this.#running = Promise.all(this.#lanes.map((lane) => lane.run()));
  }

  /** There may be something new to deliver. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Begins no further attempt, gives those under way `boundMs` to end and then aborts them. */
  async stop(boundMs: number): Promise<void> {
    for (const lane of this.#lanes) lane.stop();
    const bound = setTimeout(() => {
      for (const lane of this.#lanes) lane.abort();
    }, boundMs);
    await this.#running;
    clearTimeout(bound);
  }
}

/** Hands over to one channel, one at a time. */
class Lane {
  readonly #name: string;
  readonly #channel: Channel;
  readonly #parts: DeliveryParts;
  readonly #alarm: Alarm;
  readonly #aborted = new AbortController();
  #stopped = false;
  readonly #resend: Resend | undefined;
  #rest: Wait = { since: 0, until: 0 };

  constructor(name: string, channel: Channel, parts: DeliveryParts) {
    this.#name = name;
    this.#channel = channel;
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock);
    this.#resend = this.#createResend();
  }

  #createResend(): Resend | undefined {
    const { clock, log, outbox, onOutcome } = this.#parts;
    const everyMs = this.#channel.resendMs;
    if (everyMs === undefined) return undefined;
    const lane = this.#name;
    const told = () => outbox.told(lane);
    const standing = (incident: string) => outbox.standing({ lane, incident });
    const send = async (notification: Notification) => {
      const answer = await this.#send(notification);
      onOutcome(notification.receiver, notification.channel, answer.kind);
      if (answer.kind === 'sent') this.#noteToldAgain(notification);
      return answer;
    };
    return new Resend({ everyMs, told, standing, send, clock, log });
  }

  /** Only where it is news, so that turns do not wear out the disk; the next turn waits for no disk. */
  #noteToldAgain(notification: Notification): void {
    const { clock, outbox } = this.#parts;
    const now = clock.now();
    const before = outbox.alertsTold(notification);
    if (alertsToTell(notification, before, now) === before) return;
    void outbox.settle((book) => withAlertsTold(book, notification, now));
  }

  wake(): void {
    this.#alarm.ring();
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.ring();
  }

  abort(): void {
    this.#aborted.abort();
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      const now = this.#parts.clock.now();
      const next = nextToAttempt(this.#parts.outbox.owed(this.#name), now);
      const at = next && Math.max(dueAt(next, now), endOf(this.#rest, now));
      const turnAt = this.#resend?.dueAt(now);
      if (next !== undefined && at !== undefined && at <= now) await this.#attempt(next);
      else if (turnAt !== undefined && turnAt <= now) await this.#resend?.step();
      else await this.#alarm.waitUntil(earlier(at, turnAt));
    }
  }

  async #attempt(notification: Notification): Promise<void> {
    const answer = await this.#send(notification);
    this.#parts.onOutcome(notification.receiver, notification.channel, answer.kind);
    const result = resultOf(answer, notification, this.#parts.clock.now());
    if (result.outcome === 'retry') {
      this.#rest = { since: result.at, until: result.laneRestsUntil };
    }
    this.#report(notification, result);
    const forgets = this.#resend !== undefined;
    const settling = this.#parts.outbox.settle((book) => {
      const after = afterAttempt(book, notification, result);
      const isTold = forgets && result.outcome === 'sent';
      return isTold ? withAlertsTold(after, notification, result.at) : after;
    });
    await unlessAborted(settling, this.#aborted.signal, () => undefined);
  }

  async #send(notification: Notification): Promise<Answer> {
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(), LONGEST_ATTEMPT_MS);
    const signal = AbortSignal.any([this.#aborted.signal, overdue.signal]);
    try {
      const sending = this.#channel.send(this.#handedOver(notification), signal);
      return await unlessAborted(sending, signal, () => this.#unanswered());
    } catch (error) {
      return { kind: 'retry', reason: `defect in the channel: ${String(error)}` };
    } finally {
      clearTimeout(timer);
    }
  }

  #handedOver(notification: Notification): Notification {
    if (this.#resend === undefined) return notification;
    return { ...notification, alerts: this.#parts.outbox.alertsTold(notification) };
  }

  #unanswered(): Answer {
    const reason = this.#aborted.signal.aborted
      ? 'stopped before an answer came'
      : `no answer within ${LONGEST_ATTEMPT_MS / 1_000}s`;
    return { kind: 'retry', reason };
  }

  #report({ id, receiver, channel, cause, attempts }: Notification, result: Result): void {
    const fields = { receiver, channel, cause, notification: id, attempt: attempts + 1 };
    if (result.outcome === 'sent') {
      this.#parts.log.info('notification sent', { ...fields, answer: result.detail });
    } else {
      const { outcome, reason } = result;
      this.#parts.log.warn('notification not sent', { ...fields, outcome, reason });
    }
  }
}

type Result =
  | {
      readonly outcome: 'sent';
      readonly detail: string;
      readonly thread: string | undefined;
      readonly at: number;
    }
  | { readonly outcome: 'refused' | 'expired'; readonly reason: string; readonly at: number }
  | {
      readonly outcome: 'retry';
      readonly reason: string;
      readonly at: number;
      readonly nextAttemptAt: number;
      readonly laneRestsUntil: number;
    };

function resultOf(answer: Answer, notification: Notification, now: number): Result {
  const { attempts, createdAt, revivedAt = createdAt } = notification;
  switch (answer.kind) {
    case 'sent':
      return { outcome: 'sent', detail: answer.detail, thread: answer.thread, at: now };
    case 'refused':
      return { outcome: 'refused', reason: `refused: ${answer.reason}`, at: now };
    case 'retry': {
      if (now - revivedAt > GIVE_UP_AFTER_MS) {
        const reason = `given up after ${formatDuration(GIVE_UP_AFTER_MS)}: ${answer.reason}`;
        return { outcome: 'expired', reason, at: now };
      }
      const { reason, afterMs } = answer;
      const nextAttemptAt = now + backOffMs(attempts + 1, Math.random(), afterMs);
      return {
        outcome: 'retry',
        reason,
        at: now,
        nextAttemptAt,
        laneRestsUntil: now + backOffMs(1, 0, afterMs),
      };
    }
  }
}

function earlier(one = Number.POSITIVE_INFINITY, other = Number.POSITIVE_INFINITY): number {
  return Math.min(one, other);
}

function afterAttempt(book: Book, notification: Notification, result: Result): Book {
  const { id } = notification;
  switch (result.outcome) {
    case 'sent':
      return withThread(markDelivered(book, notification, result), notification, result.thread);
    case 'refused':
    case 'expired': {
      const tried = markRetry(book, id, { ...result, nextAttemptAt: result.at });
      return markDead(tried, id, result);
    }
    case 'retry':
      return markRetried(book, notification, result);
  }
}

/** The first owed of each incident, so that its order holds, and of these the one due first. */
export function nextToAttempt(
  owed: readonly Notification[],
  now: number,
): Notification | undefined {
  const firsts = new Map<string, Notification>();
  for (const notification of owed) {
    const { id } = notification.incident;
    if (!firsts.has(id)) firsts.set(id, notification);
  }
  return [...firsts.values()].toSorted((a, b) => dueAt(a, now) - dueAt(b, now))[0];
}

function dueAt({ triedAt, createdAt, nextAttemptAt }: Notification, now: number): number {
  return endOf({ since: triedAt ?? createdAt, until: nextAttemptAt }, now);
}
