import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import { Alarm } from './alarm.ts';
import { EMPTY_BOOK, type Book } from './book.ts';
import { endOf, type Wait } from './wait.ts';

export interface BookKeeperParts {
  /** Atomic and synced: when it resolves the book survives a crash. Rejects where it cannot be. */
  readonly save: (book: Book) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onSaved: () => void;
}

/** `now` writes at once; `soon` with the next write, and at the latest after half a minute. */
export type Urgency = 'now' | 'soon';

const SOON_MS = 30_000;
const RETRY_MS = 5_000;

/**
 * Holds the book, and one writer that brings it to disk: one write at a time, of the newest state,
 * so that changes which come while it writes share the next one. Where the disk refuses, the book
 * stays in memory and is tried again until it is taken.
 */
export class BookKeeper {
  readonly #parts: BookKeeperParts;
  readonly #alarm: Alarm;
  #book = EMPTY_BOOK;
  #saved = EMPTY_BOOK;
  #rest: Wait | undefined;
  #waiting: readonly Waiting[] = [];
  #problem: string | undefined;
  #closing = false;
  #writer: Promise<void> = Promise.resolve();

  constructor(parts: BookKeeperParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock);
  }

  get book(): Book {
    return this.#book;
  }

  /** As it is on disk. */
  get saved(): Book {
    return this.#saved;
  }

  /** What the disk refused the last write with; `undefined` where it took it. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Begins with a book as it was found on disk. */
  start(book: Book): void {
    this.#book = book;
    this.#saved = book;
    this.#writer = this.#write();
  }

  replace(book: Book, urgency: Urgency): void {
    if (book === this.#book) return;
    this.#book = book;
    if (this.#problem !== undefined) return;
    const since = this.#parts.clock.now();
    const at = since + (urgency === 'now' ? 0 : SOON_MS);
    this.#rest = { since, until: Math.min(at, this.#writeAt() ?? at) };
    this.#alarm.ring();
  }

  /** Resolves when the disk has taken the book as it is now or a later one, or has refused it. */
  tried(): Promise<void> {
    return this.#problem !== undefined ? Promise.resolve() : this.#settled('tried');
  }

  /** Resolves when the disk has taken the book as it is now or a later one, or at the end. */
  written(): Promise<void> {
    return this.#settled('written');
  }

  /** Writes what is not yet written, once, and stops. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#alarm.ring();
    await this.#writer;
  }

  async #write(): Promise<void> {
    while (!this.#closing) {
      await this.#alarm.waitUntil(this.#writeAt());
      const isDue = (this.#writeAt() ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
      if (isDue && !this.#closing) await this.#writeOnce();
    }
    await this.#writeOnce();
    this.#release(() => true);
  }

  async #writeOnce(): Promise<void> {
    const book = this.#book;
    this.#rest = undefined;
    const early = new Set(this.#waiting);
    try {
      if (book !== this.#saved) await this.#parts.save(book);
    } catch (error) {
      this.#refused(error);
      this.#release((waiting) => waiting.for === 'tried');
      return;
    }
    this.#taken(book);
    this.#release((waiting) => early.has(waiting));
    this.#parts.onSaved();
  }

  #refused(error: unknown): void {
    if (this.#problem === undefined) {
      const message = 'incidents cannot be saved; nothing is sent until they are';
      this.#parts.log.error(message, { error: messageOf(error) });
    }
    this.#problem = messageOf(error);
    this.#writeIn(RETRY_MS);
  }

  #taken(book: Book): void {
    this.#saved = book;
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#parts.log.info('incidents are saved again');
    if (book !== this.#book) this.#writeIn(0);
  }

  #writeIn(ms: number): void {
    const since = this.#parts.clock.now();
    this.#rest = { since, until: since + ms };
  }

  #writeAt(): number | undefined {
    return this.#rest && endOf(this.#rest, this.#parts.clock.now());
  }

  #settled(what: Waiting['for']): Promise<void> {
    if (this.#book === this.#saved) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { for: what, resolve }];
    });
  }

  #release(isDone: (waiting: Waiting) => boolean): void {
    const done = this.#waiting.filter(isDone);
    this.#waiting = this.#waiting.filter((waiting) => !isDone(waiting));
    for (const { resolve } of done) resolve();
  }
}

interface Waiting {
  readonly for: 'tried' | 'written';
  readonly resolve: () => void;
}
