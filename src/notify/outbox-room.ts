import type { Decision } from './decide.ts';
import type { Notification, NotificationCause } from './notification.ts';

/** How many notifications may be owed at a time, over all receivers. */
export const MAX_PENDING = 10_000;

/** In characters of JSON: all of it is written at each save, and no string has more than 2^29. */
export const MAX_PENDING_LENGTH = 64 * 2 ** 20;

export interface Load {
  readonly count: number;
  /** In characters of JSON. */
  readonly length: number;
}

export function loadOf(notifications: readonly Notification[]): Load {
  const length = notifications.reduce((sum, { jsonLength = 0 }) => sum + jsonLength, 0);
  return { count: notifications.length, length };
}

export function isFull({ count, length }: Load): boolean {
  return count >= MAX_PENDING || length >= MAX_PENDING_LENGTH;
}

/**
 * Holds what is decided against the room that is left. Where there is none, a repeat or an update
 * waits; anything else takes the place of the oldest repeats or updates, and waits too where there are
 * none of these. What waits is decided again as soon as something was delivered, so nothing is lost.
 */
export function reservations(
  pending: readonly Notification[],
): (decision: Decision, jsonLength: () => number) => Decision {
  const replaceable = loadOf(pending.filter(isReplaceable));
  let taken = loadOf(pending);
  return (decision, jsonLength) => {
    if (decision.kind !== 'tell') return decision;
    if (isFull(isReplaceable(decision) ? taken : without(taken, replaceable))) {
      return { kind: 'wait', until: undefined, reason: 'the outbox is full', isNoted: true };
    }
    taken = { count: taken.count + 1, length: taken.length + jsonLength() };
    return decision;
  };
}

/** The outbox without as many of the oldest repeats and updates as it takes to let what comes in. */
export function makeRoom(
  pending: readonly Notification[],
  coming: readonly Notification[],
): { readonly kept: readonly Notification[]; readonly dropped: readonly Notification[] } {
  // As it was when the last of them was let in.
  let taken = loadOf([...pending, ...coming.slice(0, -1)]);
  const gone = new Set<Notification>();
  for (const notification of coming.length === 0 ? [] : pending.filter(isReplaceable)) {
    if (!isFull(taken)) break;
    gone.add(notification);
    taken = without(taken, loadOf([notification]));
  }
  if (gone.size === 0) return { kept: pending, dropped: [] };
  return { kept: pending.filter((notification) => !gone.has(notification)), dropped: [...gone] };
}

function without(load: Load, part: Load): Load {
  return { count: load.count - part.count, length: load.length - part.length };
}

function isReplaceable({ cause }: { readonly cause: NotificationCause }): boolean {
  return cause === 'repeated' || cause === 'updated';
}
