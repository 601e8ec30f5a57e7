import type { Book } from './book.ts';
import { laneOf } from './book.ts';
import { attendance, type Rules } from './listeners.ts';
import type { Notification } from './notification.ts';

/**
 * What a lane was told and what still holds, as it is now. To tell it again is owed to nobody and is
 * therefore never in the outbox: the next turn tells it anyway, and after a restart so does the first.
 */
export function standingOf(
  book: Book,
  rules: Rules,
  { lane, now }: { readonly lane: string; readonly now: number },
): readonly Notification[] {
  const listenersOf = attendance(book, rules, now);
  return book.incidents.flatMap((incident): readonly Notification[] => {
    if (incident.state === 'resolved') return [];
    const listener = listenersOf(incident).find((each) => laneOf(each) === lane);
    const last = listener?.told?.last;
    if (listener === undefined || last?.state !== 'firing') return [];
    if (listener.undelivered || listener.muted !== undefined) return [];
    return [
      {
        id: `${incident.id}-standing`,
        incident,
        cause: 'repeated',
        severity: last.severity,
        receiver: listener.receiver,
        channel: listener.channel,
        createdAt: incident.updatedAt,
        attempts: 0,
        nextAttemptAt: incident.updatedAt,
        lastAnswer: undefined,
      },
    ];
  });
}
