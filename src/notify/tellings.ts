import type { Incident } from '../incident/incident.ts';
import type { Book } from './book.ts';
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
  /** How many things were said here, and when the last was. */
  readonly said: number;
  readonly lastSaidAt: number | undefined;
  /** Of what was given up here and can be sent again. */
  readonly dead: readonly string[];
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
      said: listener.told?.said ?? 0,
      lastSaidAt: listener.told?.last?.at,
      dead: book.dead.filter(isHere).map(({ id }) => id),
    };
  });
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
