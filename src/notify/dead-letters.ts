import { loadOf } from './outbox-room.ts';
import type { Notification } from './notification.ts';

const MAX_DEAD = 500;
/** In characters of JSON, all of which each save of the book writes. */
export const MAX_DEAD_LENGTH = 16 * 2 ** 20;

/** The newest that there is room for, at least one. */
export function newestDead(dead: readonly Notification[]): readonly Notification[] {
  const newest = dead.slice(-MAX_DEAD);
  let surplus = loadOf(newest).length - MAX_DEAD_LENGTH;
  let first = 0;
  while (surplus > 0 && first < newest.length - 1) {
    surplus -= newest[first]?.jsonLength ?? 0;
    first += 1;
  }
  return newest.slice(first);
}
