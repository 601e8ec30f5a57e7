import type { Answer } from '../notify/notification.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ReceiverHealth } from './status.ts';

const REASONS = {
  retry: 'to be tried again',
  refused: 'refused for good',
} as const;

/** What each channel of each receiver answered since the daemon started. */
export class ReceiverLedger {
  readonly #clock: Clock;
  readonly #health = new Map<string, ReceiverHealth>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** So that a channel that was never used is listed too. */
  know(receiver: string, channel: string): void {
    this.#health.set(keyOf(receiver, channel), this.#of(receiver, channel));
  }

  note(receiver: string, channel: string, answer: Answer['kind']): void {
    const before = this.#of(receiver, channel);
    const at = this.#clock.now();
    const after =
      answer === 'sent'
        ? { ...before, sent: before.sent + 1, lastSentAt: at }
        : { ...before, failed: before.failed + 1, lastFailure: { at, reason: REASONS[answer] } };
    this.#health.set(keyOf(receiver, channel), after);
  }

  health(): readonly ReceiverHealth[] {
    return [...this.#health.values()];
  }

  #of(receiver: string, channel: string): ReceiverHealth {
    const unused = { sent: 0, failed: 0, lastSentAt: undefined, lastFailure: undefined };
    return this.#health.get(keyOf(receiver, channel)) ?? { receiver, channel, ...unused };
  }
}

function keyOf(receiver: string, channel: string): string {
  return JSON.stringify([receiver, channel]);
}
