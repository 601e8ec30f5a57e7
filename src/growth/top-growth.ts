import type { Epoch } from './epoch.ts';
import type { History } from './history.ts';
import { originOf, type OriginOf } from './origin.ts';

/** What one function held over the life of the running process, with all that is allocated below it. */
export interface FloorGrowth {
  readonly function: string;
  readonly inuseBytes: number;
  /** Of its floor, from the beginning of the process to now. */
  readonly growthBytes: number;
  /** Its floors: the least in each stretch of time, oldest first; times are Unix milliseconds. */
  readonly points: readonly { readonly at: number; readonly bytes: number }[];
}

export interface TopQuestion {
  /** Shown first, whatever they grew by. */
  readonly named: readonly string[];
  readonly ownPackages: readonly string[];
  readonly count: number;
}

/**
 * The functions that grew most, also where nothing is suspected. Each stack counts for one function, the
 * team's own that is nearest to the leaf, so that `main` and dispatchers, through which everything is
 * allocated, do not stand for all of it.
 */
export function topGrowth({ epoch }: History, question: TopQuestion): readonly FloorGrowth[] {
  if (epoch === undefined) return [];
  const { named, ownPackages, count } = question;
  const origin = originOf(ownPackages, epoch.stacks);
  const others = ranked(epoch, origin).filter((name) => !named.includes(name));
  return [...named, ...others].slice(0, count).flatMap((name) => floorsOf(epoch, name) ?? []);
}

function floorsOf({ axis, functions }: Epoch, name: string): FloorGrowth | undefined {
  const history = functions.get(name);
  if (history === undefined) return undefined;
  const points = Array.from({ length: axis.count }, (_, cell) => ({
    at: axis.endMs[cell] ?? 0,
    bytes: history.track.floor[cell] ?? 0,
  }));
  const growthBytes = (points.at(-1)?.bytes ?? 0) - (points[0]?.bytes ?? 0);
  return { function: name, inuseBytes: history.inuseBytes, growthBytes, points };
}

/** By growth, and by size where nothing grew. */
function ranked({ axis, stacks }: Epoch, origin: OriginOf): readonly string[] {
  const sums = new Map<string, { growth: number; inuse: number }>();
  for (const stack of stacks.values()) {
    const name = responsible(stack.functions, origin);
    const sum = sums.get(name) ?? { growth: 0, inuse: 0 };
    const { floor, inuseBytes } = stack;
    sum.growth += (floor[axis.count - 1] ?? 0) - (floor[0] ?? 0);
    sum.inuse += inuseBytes;
    sums.set(name, sum);
  }
  return [...sums]
    .toSorted(([, a], [, b]) => Math.max(0, b.growth) - Math.max(0, a.growth) || b.inuse - a.inuse)
    .map(([name]) => name);
}

function responsible(functions: readonly string[], origin: OriginOf): string {
  return (
    functions.find((name) => origin(name) === 'own') ??
    functions.find((name) => origin(name) === 'third_party') ??
    functions[0] ??
    ''
  );
}
