import type { Incident } from '../incident/incident.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import { Alarm } from './alarm.ts';
import { BookKeeper, type Urgency } from './book-keeper.ts';
import { markDead, type Book } from './book.ts';
import { Delivery, type Outbox } from './deliver.ts';
import type { Rules } from './listeners.ts';
import { laneOf, type Answer, type Channel, type Notification } from './notification.ts';
import { planNotifications, type Plan } from './plan.ts';
import { restoreBook } from './restore-book.ts';
import { standingOf, toldIn } from './standing.ts';
import { tellingsOf, type Telling } from './tellings.ts';
import { inThread } from './threads.ts';
import { alertsTold } from './told-alerts.ts';
import { endOf, type Wait } from './wait.ts';

export interface TellerParts {
  readonly persistence: BookPersistence;
  /** By `receiver/channel`. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly rules: Rules;
  readonly clock: Clock;
  readonly log: Log;
  /** After each attempt to deliver. */
  readonly onOutcome: (receiver: string, channel: string, answer: Answer['kind']) => void;
}

export interface BookPersistence {
  /** What to look at where it cannot be read. */
  readonly file?: string;
  /** What was saved last; `undefined` where nothing ever was. */
  load(): Promise<unknown>;
  /** Atomic and synced: when it resolves, the book survives a crash. */
  save(book: Book): Promise<void>;
}

/** How the incidents change: all of them as they are now, and what of that is worth telling. */
export type Step<Change> = (incidents: readonly Incident[]) => {
  readonly incidents: readonly Incident[];
  readonly changes: readonly Change[];
};

export interface Teller {
  /** Rejects with `BookError` where what was saved cannot be read. */
  start(): Promise<void>;
  /**
   * Resolves to the changes when they are on disk together with the notifications they owe, or in
   * memory alone where the disk refuses. Rejects, with nothing changed, where the step throws.
   */
  report<Change>(step: Step<Change>): Promise<readonly Change[]>;
  incidents(): readonly Incident[];
  outbox(): { readonly pending: readonly Notification[]; readonly dead: readonly Notification[] };
  book(): Book;
  /** Why each receiver was told of an incident, or was not; `undefined` where none has this id. */
  tellings(incident: string): readonly Telling[] | undefined;
  /** Why incidents cannot be saved, and so nothing is told; `undefined` where they can. */
  trouble(): string | undefined;
  /** Whether the channel is configured: `receiver/channel`. */
  hasLane(lane: string): boolean;
  /** Changes the book. Resolves to whether it is on disk, or for now in memory alone. */
  amend(change: (book: Book) => Book): Promise<boolean>;
  /** Puts other rules and channels in place; what is owed to a channel that is gone becomes a dead letter. */
  reconfigure(rules: Rules, channels: ReadonlyMap<string, Channel>): Promise<void>;
  /** Ends attempts under way within `boundMs`, writes what is not yet written, and closes the channels. */
  close(boundMs: number): Promise<void>;
}

export function createTeller(parts: TellerParts): Teller {
  return new BookTeller(parts);
}

const RECONFIGURE_BOUND_MS = 10_000;

/** Every change of the book goes through `#advance`, in one piece, so that no two can mix. */
class BookTeller implements Teller {
  readonly #parts: TellerParts;
  readonly #keeper: BookKeeper;
  readonly #alarm: Alarm;
  #rules: Rules;
  #channels: ReadonlyMap<string, Channel>;
  #delivery: Delivery | undefined;
  /** Until there is something to plan. */
  #rest: Wait | undefined;
  #closing = false;
  #planner: Promise<void> = Promise.resolve();

  constructor(parts: TellerParts) {
    this.#parts = parts;
    this.#rules = parts.rules;
    this.#channels = parts.channels;
    this.#alarm = new Alarm(parts.clock);
    this.#keeper = new BookKeeper({
      save: (book) => parts.persistence.save(book),
      clock: parts.clock,
      log: parts.log,
      onSaved: () => this.#delivery?.wake(),
    });
  }

  async start(): Promise<void> {
    const { persistence } = this.#parts;
    this.#keeper.start(restoreBook(await persistence.load(), persistence.file));
    this.#deliver();
    this.#planner = this.#planWhenDue();
  }

  async report<Change>(step: Step<Change>): Promise<readonly Change[]> {
    const before = this.#keeper.book;
    const { incidents, changes } = step(before.incidents);
    const book = withIncidents(before, incidents);
    if (book === before) return changes;
    this.#advance(() => book, changes.length > 0 ? 'now' : 'soon');
    if (changes.length > 0) await this.#keeper.tried();
    return changes;
  }

  incidents(): readonly Incident[] {
    return this.#keeper.book.incidents;
  }

  outbox() {
    const { pending, dead } = this.#keeper.book;
    return { pending, dead };
  }

  book(): Book {
    return this.#keeper.book;
  }

  tellings(id: string): readonly Telling[] | undefined {
    const { book } = this.#keeper;
    const incident = book.incidents.find((each) => each.id === id);
    const now = this.#parts.clock.now();
    return incident && tellingsOf(book, this.#rules, { incident, now });
  }

  trouble(): string | undefined {
    return this.#keeper.problem;
  }

  hasLane(lane: string): boolean {
    return this.#channels.has(lane);
  }

  async amend(change: (book: Book) => Book): Promise<boolean> {
    this.#advance(change, 'now');
    await this.#keeper.tried();
    return this.#keeper.problem === undefined;
  }

  async reconfigure(rules: Rules, channels: ReadonlyMap<string, Channel>): Promise<void> {
    this.#rules = rules;
    await this.#delivery?.stop(RECONFIGURE_BOUND_MS);
    await this.#closeChannels();
    this.#channels = channels;
    if (this.#closing) await this.#closeChannels();
    else this.#deliver();
  }

  async close(boundMs: number): Promise<void> {
    this.#closing = true;
    this.#alarm.ring();
    await this.#planner;
    await this.#delivery?.stop(boundMs);
    await this.#keeper.close();
    await this.#closeChannels();
  }

  #deliver(): void {
    const { clock, log, onOutcome } = this.#parts;
    this.#advance((book) => withoutOrphans(book, this.#channels, clock.now()), 'soon');
    const outbox: Outbox = {
      owed: (lane) => this.#owed(lane),
      told: (lane) => toldIn(this.#keeper.book, lane),
      standing: (place) =>
        standingOf(this.#keeper.book, this.#rules, { ...place, now: clock.now() }),
      alertsTold: (notification) => alertsTold(this.#keeper.book, notification),
      settle: async (change) => {
        this.#advance(change, 'now');
        await this.#keeper.written();
      },
    };
    this.#delivery = new Delivery({ outbox, channels: this.#channels, clock, log, onOutcome });
  }

  #advance(change: (book: Book) => Book, urgency: Urgency): void {
    const book = change(this.#keeper.book);
    const plan = this.#plan(book);
    for (const { id, receiver, channel, cause } of plan.dropped) {
      const fields = { receiver, channel, cause, notification: id };
      this.#parts.log.warn('outbox full: notification dropped for a graver one', fields);
    }
    this.#keeper.replace(plan.book, plan.planned.length > 0 ? 'now' : urgency);
    const { nextDueAt: until } = plan;
    this.#rest = until === undefined ? undefined : { since: this.#parts.clock.now(), until };
    this.#alarm.ring();
  }

  /** A defect in planning must not cost the change itself, nor the loop that made it. */
  #plan(book: Book): Plan {
    const now = this.#parts.clock.now();
    try {
      return planNotifications(book, this.#rules, now);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      this.#parts.log.error('notifications cannot be planned', { error: stack });
      return { book, planned: [], dropped: [], nextDueAt: now + 60_000 };
    }
  }

  async #planWhenDue(): Promise<void> {
    while (!this.#closing) {
      const isDue = (this.#planAt() ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
      if (isDue) this.#advance((book) => book, 'soon');
      await this.#alarm.waitUntil(this.#planAt());
    }
  }

  #planAt(): number | undefined {
    return this.#rest && endOf(this.#rest, this.#parts.clock.now());
  }

  /** Only what is on disk may be sent, and of that only what is still owed. */
  #owed(lane: string): readonly Notification[] {
    const { book, saved } = this.#keeper;
    const owed = new Map(book.pending.map((notification) => [notification.id, notification]));
    return saved.pending
      .filter((notification) => laneOf(notification) === lane)
      .flatMap(({ id }) => owed.get(id) ?? [])
      .map((notification) => inThread(book, notification));
  }

  async #closeChannels(): Promise<void> {
    const closing = [...this.#channels.values()].map((channel) => channel.close());
    for (const closed of await Promise.allSettled(closing)) {
      if (closed.status === 'fulfilled') continue;
      this.#parts.log.warn('channel not closed', { error: messageOf(closed.reason) });
    }
  }
}

function withIncidents(book: Book, incidents: readonly Incident[]): Book {
  const isSame =
    incidents.length === book.incidents.length &&
    incidents.every((incident, i) => incident === book.incidents[i]);
  return isSame ? book : { ...book, incidents };
}

function withoutOrphans(book: Book, channels: ReadonlyMap<string, Channel>, at: number): Book {
  const orphans = book.pending.filter((notification) => !channels.has(laneOf(notification)));
  const reason = 'this receiver or channel is no longer configured';
  return orphans.reduce((rest, { id }) => markDead(rest, id, { at, reason }), book);
}
