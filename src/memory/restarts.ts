import type { MemoryPoint } from './memory-history.ts';
import type { Happening } from './target-record.ts';

/** Two readings of one process may tell its start by so much apart. */
const SAME_START_MS = 1_000;

/**
 * When other processes began to answer, as readings and happenings tell it, Unix milliseconds, oldest first: the start
 * that a process itself tells, where that is between two readings by the clock here, else the first reading of it.
 */
export function restartsIn(
  points: readonly Pick<MemoryPoint, 'at' | 'startedAt'>[],
  happenings: readonly Happening[],
): readonly number[] {
  const told = happenings.filter(({ kind }) => kind === 'restarted').map(({ at }) => at);
  return [...told, ...restartsRead(points)].toSorted((a, b) => a - b);
}

function restartsRead(points: readonly Pick<MemoryPoint, 'at' | 'startedAt'>[]): number[] {
  const known = points.flatMap(({ at, startedAt }) =>
    startedAt === undefined ? [] : [{ at, startedAt }],
  );
  return known.flatMap(({ at, startedAt }, index) => {
    const before = known[index - 1];
    if (before === undefined || Math.abs(startedAt - before.startedAt) <= SAME_START_MS) return [];
    return [startedAt > before.at && startedAt < at ? startedAt : at];
  });
}

/** The newest restart after one time and up to another; `undefined` where one process spans both. */
export function restartBetween(
  restarts: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  return restarts.findLast((at) => at > Math.min(from, to) && at <= Math.max(from, to));
}

/** What there is of the process that gave the last of them, oldest first. */
export function ofLastProcess<T extends { readonly at: number }>(
  all: readonly T[],
  restarts: readonly number[],
): readonly T[] {
  const last = all.at(-1)?.at ?? 0;
  const began = restarts.findLast((at) => at <= last) ?? -Infinity;
  return all.filter(({ at }) => at >= began);
}
