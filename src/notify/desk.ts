import { randomBytes } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import type { Matcher } from '../config/config.ts';
import { reviveDead, type Book } from './book.ts';
import { laneOf, type Notification } from './notification.ts';
import { isFull, loadOf } from './outbox-room.ts';
import * as said from './said-by-people.ts';
import { reachOf, type Reach, type Silenceable } from './silence-reach.ts';
import type { Incident } from '../incident/incident.ts';
import {
  hushesInForce,
  MAX_SILENCES,
  stateOfSilence,
  type Acknowledgement,
  type Hush,
  type Silence,
  type SilenceState,
} from './silences.ts';
import type { Teller } from './teller.ts';
import type { Telling } from './tellings.ts';
import { inBrief } from './told-incident.ts';

export interface ShownSilence extends Silence {
  readonly state: SilenceState;
  /** What it holds for now, or would if it had begun; absent where it has ended. */
  readonly holdsFor?: Reach;
}

export interface SilenceOrder {
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

export type AcknowledgementOrder = Pick<Acknowledgement, 'endsAt' | 'by' | 'comment'>;

/** What came of a wish; `unsaved`: it holds, but the disk has not taken it yet. */
export type Granted<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'unsaved' | 'unknown' | 'refused'; readonly problem: string };

/** What people may say about what is told. */
export interface Desk {
  /** Those in force first, then by their end. */
  silences(): readonly ShownSilence[];
  acknowledgements(): readonly Acknowledgement[];
  /** Looks up which of both hold for an incident at present. */
  hushes(): (incident: Incident) => Hush;
  /** Why each receiver was told of an incident, or was not; `undefined` where none has this id. */
  tellings(incident: string): readonly Telling[] | undefined;
  silence(order: SilenceOrder): Promise<Granted<ShownSilence>>;
  expire(silence: string): Promise<Granted<ShownSilence>>;
  acknowledge(incident: string, order: AcknowledgementOrder): Promise<Granted<Acknowledgement>>;
  withdraw(incident: string): Promise<Granted<undefined>>;
  /** Given up, the newest first, in brief. */
  deadLetters(): readonly Notification[];
  /** Puts a dead letter back into the outbox, under the key it had. */
  resend(notification: string): Promise<Granted<Notification>>;
}

const ORDER = ['active', 'pending', 'expired'] as const;
const UNSAVED =
  'it holds, but cannot be saved now and would be forgotten in a restart; look at the disk';

/** `targets`: those that are watched, the same array while they are the same. */
export function createDesk(
  teller: Teller,
  clock: Clock,
  targets: () => readonly Silenceable[] = () => [],
): Desk {
  const shown = (silence: Silence): ShownSilence => {
    const around = { incidents: teller.incidents(), targets: targets() };
    return withReach(silence, around, clock.now());
  };
  const amended = async <T>(change: (book: Book) => Book, value: () => T): Promise<Granted<T>> => {
    const isSaved = await teller.amend(change);
    return isSaved ? { kind: 'done', value: value() } : { kind: 'unsaved', problem: UNSAVED };
  };
  const silences = () => (teller.book().silences ?? []).map(shown);
  return {
    silences: () =>
      silences().toSorted(
        (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.endsAt - b.endsAt,
      ),
    acknowledgements: () => teller.book().acknowledgements ?? [],
    hushes: () => hushesInForce(teller.book(), clock.now()),
    tellings: (incident) => teller.tellings(incident),
    silence: async (order) => {
      const known = teller.book().silences ?? [];
      const holding = known.filter((each) => stateOfSilence(each, clock.now()) !== 'expired');
      if (holding.length >= MAX_SILENCES) {
        return refused(`silences: ${MAX_SILENCES} hold already; expire one first`);
      }
      const id = randomBytes(6).toString('hex');
      const silence: Silence = { id, createdAt: clock.now(), ...order };
      return amended(
        (book) => said.silence(book, silence),
        () => shown(silence),
      );
    },
    expire: async (id) => {
      const silence = teller.book().silences?.find((each) => each.id === id);
      if (silence === undefined) return unknown(`silence: none has the id "${id}"`);
      const now = clock.now();
      return amended(
        (book) => said.unsilence(book, silence, now),
        () => shown(teller.book().silences?.find((each) => each.id === id) ?? silence),
      );
    },
    ...acknowledging(teller, clock, amended),
    deadLetters: () => teller.outbox().dead.toReversed().map(inBrief),
    resend: (id) => resend(teller, clock, { id, amended }),
  };
}

function withReach(
  silence: Silence,
  around: Parameters<typeof reachOf>[1],
  now: number,
): ShownSilence {
  const state = stateOfSilence(silence, now);
  const isOver = state === 'expired';
  return { ...silence, state, ...(isOver ? {} : { holdsFor: reachOf(silence, around) }) };
}

type Amended = <T>(change: (book: Book) => Book, value: () => T) => Promise<Granted<T>>;

function acknowledging(
  teller: Teller,
  clock: Clock,
  amended: Amended,
): Pick<Desk, 'acknowledge' | 'withdraw'> {
  return {
    acknowledge: async (id, order) => {
      const incident = teller.incidents().find((each) => each.id === id);
      if (incident === undefined) return unknown(`incident: none has the id "${id}"`);
      const { state } = incident;
      if (state === 'resolved')
        return refused('incident: it is resolved; there is nothing to mute');
      const acknowledgement = { incident: id, state, at: clock.now(), ...order };
      return amended(
        (book) => said.acknowledge(book, acknowledgement),
        () => acknowledgement,
      );
    },
    withdraw: async (id) => {
      const known = teller.book().acknowledgements?.find(({ incident }) => incident === id);
      if (known === undefined) return unknown(`incident: "${id}" is not acknowledged`);
      const now = clock.now();
      return amended(
        (book) => said.withdraw(book, known, now),
        () => undefined,
      );
    },
  };
}

async function resend(
  teller: Teller,
  clock: Clock,
  { id, amended }: { readonly id: string; readonly amended: Amended },
): Promise<Granted<Notification>> {
  const { dead, pending } = teller.outbox();
  const letter = dead.find((each) => each.id === id);
  if (letter === undefined) return unknown(`dead letter: none has the id "${id}"`);
  if (!teller.hasLane(laneOf(letter))) {
    return refused(`dead letter: ${laneOf(letter)} is no longer configured`);
  }
  if (isFull(loadOf(pending))) return refused('outbox: it is full; try again later');
  const now = clock.now();
  return amended(
    (book) => reviveDead(book, id, now),
    () => letter,
  );
}

function refused(problem: string): Granted<never> {
  return { kind: 'refused', problem };
}

function unknown(problem: string): Granted<never> {
  return { kind: 'unknown', problem };
}
