import type { Decision } from './decide.ts';
import type { Notification, NotificationCause } from './notification.ts';

/** How many notifications may be owed at a time, over all receivers. */
export const MAX_PENDING = 10_000;

/**
 * Holds what is decided against the room that is left. Where there is none, a repeat or an update
 * waits; anything else takes the place of the oldest repeat or update, and waits too where there is
 * none of these. What waits is decided again as soon as something was delivered, so nothing is lost.
 */
export function reservations(pending: readonly Notification[]): (decision: Decision) => Decision {
  let free = MAX_PENDING - pending.length;
  let replaceable = pending.filter(({ cause }) => isReplaceable(cause)).length;
  return (decision) => {
    if (decision.kind !== 'tell') return decision;
    if (free > 0) free -= 1;
    else if (replaceable > 0 && !isReplaceable(decision.cause)) replaceable -= 1;
    else return { kind: 'wait', until: undefined, reason: 'the outbox is full', isNoted: true };
    return decision;
  };
}

/** The outbox without as many of the oldest repeats and updates as it takes to let `coming` in. */
export function makeRoom(
  pending: readonly Notification[],
  coming: number,
): { readonly kept: readonly Notification[]; readonly dropped: readonly Notification[] } {
  const surplus = pending.length + coming - MAX_PENDING;
  if (surplus <= 0) return { kept: pending, dropped: [] };
  const dropped = pending.filter(({ cause }) => isReplaceable(cause)).slice(0, surplus);
  const gone = new Set(dropped);
  return { kept: pending.filter((notification) => !gone.has(notification)), dropped };
}

function isReplaceable(cause: NotificationCause): boolean {
  return cause === 'repeated' || cause === 'updated';
}
