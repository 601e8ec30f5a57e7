import type { Axis } from './cells.ts';

/** Floors are compared between sixths of a window. */
export const BLOCKS = 6;

/** Neighbouring cells `from … to − 1` of the time axis. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** A length of time before cell `end`, cut into blocks, with the blocks of the same length before it. */
export interface Window {
  /** Fresh profiles in the last six blocks. */
  readonly profiles: number;
  /** The blocks of the whole epoch, oldest first; the last six are the window. */
  readonly blocks: readonly Block[];
}

/**
 * The window of the last `profiles` fresh profiles before cell `end`. Blocks end at cells, so that far
 * back, where cells are wide, they may be somewhat longer or shorter than a sixth; `undefined` where
 * there are fewer than six.
 *
 * 22 profiles in cells of one make blocks of 3, 4, 4, 3, 4 and 4.
 */
export function windowBefore(axis: Axis, end: number, profiles: number): Window | undefined {
  const blocks: Block[] = [];
  let to = end;
  let counted = 0;
  for (let at = end - 1; at >= 0; at--) {
    counted += axis.profiles[at] ?? 0;
    const next = counted + (axis.profiles[at - 1] ?? 0);
    const due = ((blocks.length + 1) * profiles) / BLOCKS;
    // Cut here where the cell before would overshoot by more than is missing.
    if (at > 0 && next - due <= due - counted) continue;
    blocks.push(blockOf(axis, at, to));
    to = at;
  }
  if (blocks.length < BLOCKS) return undefined;
  const first = blocks[BLOCKS - 1]?.from ?? 0;
  return { profiles: profilesIn(axis, first, end), blocks: blocks.toReversed() };
}

function blockOf({ startMs, endMs }: Axis, from: number, to: number): Block {
  return { from, to, startMs: startMs[from] ?? 0, endMs: endMs[to - 1] ?? 0 };
}

export function profilesIn(axis: Axis, from: number, to: number): number {
  return axis.profiles.subarray(from, to).reduce((sum, count) => sum + count, 0);
}
