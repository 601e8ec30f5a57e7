import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Answer, Notification } from './notification.ts';
import { endOf, type Wait } from './wait.ts';

export interface ResendParts {
  readonly everyMs: number;
  /** The incidents to look at in a turn, by id; asked for once a turn. */
  readonly told: () => readonly string[];
  /** What of one still holds, asked for when it is its turn to be told. */
  readonly standing: (incident: string) => Notification | undefined;
  readonly send: (notification: Notification) => Promise<Answer>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Tells a channel that forgets what still holds, once in each turn. One incident at a time, so that
 * what is owed never waits behind a whole turn, and an end is never overtaken by what it ends.
 */
export class Resend {
  readonly #parts: ResendParts;
  #rest: Wait;
  /** Not yet looked at in this turn; `undefined` between turns. */
  #left: string[] | undefined;
  #failing = false;

  constructor(parts: ResendParts) {
    this.#parts = parts;
    const now = parts.clock.now();
    this.#rest = { since: now, until: now };
  }

  /** When there may be something to tell. */
  dueAt(now: number): number {
    return endOf(this.#rest, now);
  }

  /** Tells one incident, or ends the turn where all are told. */
  async step(): Promise<void> {
    const next = this.#next();
    if (next === undefined) {
      this.#endTurn();
      return;
    }
    const answer = await this.#parts.send(next);
    this.#report(next, answer);
    if (answer.kind === 'retry') this.#endTurn();
  }

  #next(): Notification | undefined {
    this.#left ??= [...this.#parts.told()];
    for (let id = this.#left.shift(); id !== undefined; id = this.#left.shift()) {
      const standing = this.#parts.standing(id);
      if (standing !== undefined) return standing;
    }
    return undefined;
  }

  #endTurn(): void {
    this.#left = undefined;
    const now = this.#parts.clock.now();
    this.#rest = { since: now, until: now + this.#parts.everyMs };
  }

  /** A line where it begins to fail and one where it works again, not one a turn. */
  #report({ receiver, channel, incident }: Notification, answer: Answer): void {
    const fails = answer.kind !== 'sent';
    if (fails === this.#failing) return;
    this.#failing = fails;
    const fields = { receiver, channel, incident: incident.id };
    if (!fails) this.#parts.log.info('what still fires is told again', fields);
    else {
      const message = 'what still fires cannot be told again; it may expire at the receiver';
      this.#parts.log.warn(message, { ...fields, outcome: answer.kind, reason: answer.reason });
    }
  }
}
