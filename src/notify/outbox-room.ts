import type { Decision } from './decide.ts';
import { laneOf, type Notification, type NotificationCause } from './notification.ts';

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

/** What is decided for one lane, a receiver's channel. */
export interface Coming {
  readonly decision: Decision;
  readonly lane: string;
  readonly jsonLength: () => number;
}

/**
 * Holds what is decided against the room that is left. A lane has room while it owes less than is still
 * free, so that one receiver that is down fills half of the outbox, two of them a third each, and there
 * is always room for another (the dynamic threshold of Choudhury and Hahne, IEEE/ACM Transactions on
 * Networking 6(2), 1998, with a factor of 1). Where there is none, a repeat or an update waits; anything
 * else takes the place of the oldest repeats or updates, and waits too where there are none of these.
 * What waits is decided again as soon as something was delivered, so nothing is lost.
 */
export function reservations(pending: readonly Notification[]): (coming: Coming) => Decision {
  const replaceable = loadsByLane(pending.filter(isReplaceable));
  const taken = loadsByLane(pending);
  return ({ decision, lane, jsonLength }) => {
    if (decision.kind !== 'tell') return decision;
    const inTheWay = isReplaceable(decision) ? NOTHING_REPLACEABLE : replaceable;
    const owed = without(taken.of(lane), inTheWay.of(lane));
    const all = without(taken.all, inTheWay.all);
    if (owed.count >= MAX_PENDING - all.count || owed.length >= MAX_PENDING_LENGTH - all.length) {
      return { kind: 'wait', until: undefined, reason: 'the outbox is full', isNoted: true };
    }
    taken.add(lane, { count: 1, length: jsonLength() });
    return decision;
  };
}

const NO_LOAD: Load = { count: 0, length: 0 };

/** What is owed to each lane, and to all. */
class Loads {
  readonly #lanes = new Map<string, Load>();
  all = NO_LOAD;

  of(lane: string): Load {
    return this.#lanes.get(lane) ?? NO_LOAD;
  }

  add(lane: string, load: Load): void {
    this.#lanes.set(lane, together(this.of(lane), load));
    this.all = together(this.all, load);
  }
}

const NOTHING_REPLACEABLE = new Loads();

function loadsByLane(notifications: readonly Notification[]): Loads {
  const loads = new Loads();
  for (const each of notifications) {
    loads.add(laneOf(each), { count: 1, length: each.jsonLength ?? 0 });
  }
  return loads;
}

function together(a: Load, b: Load): Load {
  return { count: a.count + b.count, length: a.length + b.length };
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
