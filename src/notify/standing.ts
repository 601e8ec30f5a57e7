import type { Book } from './book.ts';
import type { Listener } from './decide.ts';
import { attendance, stands, type Rules } from './listeners.ts';
import { laneOf, type Notification } from './notification.ts';

/** The incidents, by id, that a lane was told of and of which it was told no end. */
export function toldIn(book: Book, lane: string): readonly string[] {
  return book.told
    .filter((record) => record.last?.state === 'firing' && laneOf(record) === lane)
    .map(({ incident }) => incident);
}

export interface Place {
  readonly lane: string;
  readonly incident: string;
}

/**
 * What a lane was told of an incident, as it is now; `undefined` where it does not hold any more. To
 * tell it again is owed to nobody and is therefore never in the outbox: the next turn tells it anyway,
 * and after a restart so does the first.
 */
export function standingOf(
  book: Book,
  rules: Rules,
  { lane, incident: id, now }: Place & { readonly now: number },
): Notification | undefined {
  const incident = book.incidents.find((each) => each.id === id);
  if (incident === undefined || incident.state === 'resolved') return undefined;
  const listeners = attendance(onlyOf(book, id), rules, now)(incident);
  const listener = listeners.find((each) => laneOf(each) === lane);
  const last = listener?.told?.last;
  if (listener === undefined || last?.state !== 'firing') return undefined;
  if (!isToldAgain(listener)) return undefined;
  return {
    id: `${incident.id}-standing`,
    incident,
    cause: 'repeated',
    receiver: listener.receiver,
    channel: listener.channel,
    createdAt: incident.updatedAt,
    attempts: 0,
    nextAttemptAt: incident.updatedAt,
    lastAnswer: undefined,
    ...(listener.muted === undefined ? {} : { isMuted: true }),
  };
}

/** A mute holds back what is new and nothing else: who is not told again takes the leak for over. */
function isToldAgain(listener: Listener): boolean {
  return !listener.undelivered && (listener.muted === undefined || stands(listener));
}

/** What was told of other incidents says nothing of this one; the incidents themselves may, as they inhibit. */
function onlyOf(book: Book, id: string): Book {
  return {
    ...book,
    told: book.told.filter(({ incident }) => incident === id),
    pending: book.pending.filter(({ incident }) => incident.id === id),
  };
}
