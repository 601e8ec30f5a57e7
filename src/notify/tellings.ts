import type { Incident } from '../incident/incident.ts';
import { deliveredTo, type Book, type Told } from './book.ts';
import { decide, type Decision } from './decide.ts';
import { attendance, stands, type Rules } from './listeners.ts';
import { laneOf, type Notification } from './notification.ts';

/** How it stands between one incident and one channel of a receiver, and why. */
export interface Telling {
  readonly receiver: string;
  /** As in the file; empty where the receiver has none. */
  readonly channel: string;
  readonly standing: 'owed' | 'due' | 'waiting' | 'muted' | 'over';
  /** In words: `repeated too soon: …`, `silenced by …`, `muted by …`, what the other side said last. */
  readonly reason: string;
  /** When that may change by itself. */
  readonly until: number | undefined;
  /** It is muted, and an Alertmanager: what it took before stands there until that is over. */
  readonly stands?: true;
  /** How many things were said here, and when the last was: put into the outbox, whatever came of it. */
  readonly said: number;
  readonly lastSaidAt: number | undefined;
  /** How many of them the other side took, and when it took the last; no time is known of older ones. */
  readonly sent: number;
  readonly lastSentAt: number | undefined;
  readonly owed: number;
  /** How many will not be tried again by themselves. */
  readonly givenUp: number;
  /** Of those the ones that can be sent again. */
  readonly dead: readonly string[];
  /** The same, with what the other side said last. */
  readonly letters: readonly Pick<Notification, 'id' | 'cause' | 'createdAt' | 'lastAnswer'>[];
}

export interface Question {
  readonly incident: Incident;
  readonly now: number;
}

/** Everyone who is told, or would be, of an incident; those who were told of its end are left out. */
export function tellingsOf(
  book: Book,
  rules: Rules,
  { incident, now }: Question,
): readonly Telling[] {
  const listeners = attendance(book, rules, now)(incident);
  return listeners.map((listener) => {
    const lane = laneOf(listener);
    const isHere = (each: Notification) =>
      each.incident.id === incident.id && laneOf(each) === lane;
    const owed = book.pending.find(isHere);
    const standing =
      owed === undefined
        ? standingOf(decide(incident, listener, now), listener.muted !== undefined)
        : standingOfOwed(owed);
    return {
      receiver: listener.receiver,
      channel: listener.channel,
      ...standing,
      ...(listener.muted !== undefined && stands(listener) ? { stands: true } : {}),
      ...countsOf(listener.told, book),
    };
  });
}

type Counts = Omit<Telling, 'receiver' | 'channel' | 'stands' | keyof Standing>;

const NOTHING_SAID: Counts = {
  said: 0,
  lastSaidAt: undefined,
  sent: 0,
  lastSentAt: undefined,
  owed: 0,
  givenUp: 0,
  dead: [],
  letters: [],
};

function countsOf(told: Told | undefined, book: Book): Counts {
  if (told === undefined) return NOTHING_SAID;
  const { sent, owed, dead } = deliveredTo(told, book);
  return {
    said: told.said,
    lastSaidAt: told.last?.at,
    sent,
    lastSentAt: told.sentAt,
    owed: owed.length,
    givenUp: Math.max(0, told.said - sent - owed.length),
    dead: dead.map(({ id }) => id),
    letters: dead.map(({ id, cause, createdAt, lastAnswer }) => ({
      id,
      cause,
      createdAt,
      lastAnswer,
    })),
  };
}

type Standing = Pick<Telling, 'standing' | 'reason' | 'until'>;

function standingOfOwed({ cause, attempts, lastAnswer, nextAttemptAt }: Notification): Standing {
  const answer = lastAnswer === undefined ? 'not tried yet' : `${attempts} tries, ${lastAnswer}`;
  return { standing: 'owed', reason: `${cause}: ${answer}`, until: nextAttemptAt };
}

function standingOf(decision: Decision, isMuted: boolean): Standing {
  const { reason } = decision;
  switch (decision.kind) {
    case 'tell':
      return { standing: 'due', reason, until: undefined };
    case 'settle':
      return { standing: 'over', reason, until: undefined };
    case 'wait': {
      const until = Number.isFinite(decision.until) ? decision.until : undefined;
      return { standing: isMuted ? 'muted' : 'waiting', reason, until };
    }
  }
}
