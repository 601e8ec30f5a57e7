import { afterStep, clockStepAt, type ClockStep } from '../memory/clock-step.ts';

/**
 * The time axis of a history: at most 96 cells, oldest first. The newest 32 are one profile wide;
 * behind them the widths grow with the age, so that a window of any length has some cells in each of
 * its blocks, and a poll costs the same after a month as after an hour.
 */
export const CELLS = 96;
const RECENT = 32;
/** 2^(53 − digits) + 1 */
const [EIGHT, SIXTEEN] = [2 ** 45 + 1, 2 ** 37 + 1];

/** This file and `take-in.ts` write to these arrays; to all others they are to be read. */
export interface Axis {
  count: number;
  /** Fresh profiles in a cell. */
  readonly profiles: Uint32Array;
  /** Times of the first and the last of them, Unix milliseconds. */
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** Bytes that the whole process allocated since the profile before the cell. */
  readonly allocBytes: Float64Array;
}

/** What is remembered of one function, cell by cell. */
export interface Track {
  /** The least bytes in use, `fine`: a cell made of two keeps the lower one. */
  readonly floor: Float32Array;
  /** Bound on the variance that sampling put into the change since the cell before, bytes². */
  readonly variance: Float32Array;
  readonly allocBytes: Float32Array;
}

export function createAxis(): Axis {
  return {
    count: 0,
    profiles: new Uint32Array(CELLS),
    startMs: new Float64Array(CELLS),
    endMs: new Float64Array(CELLS),
    allocBytes: new Float64Array(CELLS),
  };
}

export function createTrack(): Track {
  return {
    floor: new Float32Array(CELLS),
    variance: new Float32Array(CELLS),
    allocBytes: new Float32Array(CELLS),
  };
}

/** How the clock was set between `newestMs`, the newest time known, and `at`. */
export function clockStepOn(axis: Axis, at: number, newestMs: number): ClockStep | undefined {
  return clockStepAt(at, newestMs, () =>
    Array.from({ length: axis.count }, (_, cell) => ({
      fromMs: axis.startMs[cell] ?? 0,
      toMs: axis.endMs[cell] ?? 0,
    })),
  );
}

export function moveAxis(axis: Axis, step: ClockStep): void {
  for (const times of [axis.startMs, axis.endMs]) {
    for (let cell = 0; cell < axis.count; cell++) times[cell] = afterStep(times[cell] ?? 0, step);
  }
}

/** Joins two neighbours where the axis is full. The caller does the same to each track and floor. */
export function makeRoom(axis: Axis): number | undefined {
  if (axis.count < CELLS) return undefined;
  const at = cellToJoin(axis);
  axis.profiles[at] = (axis.profiles[at] ?? 0) + (axis.profiles[at + 1] ?? 0);
  axis.endMs[at] = axis.endMs[at + 1] ?? 0;
  axis.allocBytes[at] = (axis.allocBytes[at] ?? 0) + (axis.allocBytes[at + 1] ?? 0);
  for (const column of [axis.profiles, axis.startMs, axis.endMs, axis.allocBytes]) {
    closeGap(column, at + 1);
  }
  axis.count--;
  return at;
}

export function joinTrack(track: Track, at: number): void {
  joinFloor(track.floor, at);
  for (const column of [track.variance, track.allocBytes]) {
    column[at] = coarse((column[at] ?? 0) + (column[at + 1] ?? 0));
    closeGap(column, at + 1);
  }
}

/** A floor in a cell, in 16 binary digits: at most 15 millionths more or less, far below what a sample stands for. */
export function fine(bytes: number): number {
  return inDigits(bytes, SIXTEEN);
}

/** Variance and allocation stand on sampled objects and are known to some per cent at best: 8 digits, at most 0.4% more or less. */
export function coarse(value: number): number {
  return inDigits(value, EIGHT);
}

/** Digits that are 0 pack to nothing. By Veltkamp's splitting (Dekker, Numerische Mathematik 18, 1971). */
function inDigits(value: number, splitter: number): number {
  const spread = value * splitter;
  return spread - (spread - value);
}

export function joinFloor(floor: Float32Array, at: number): void {
  floor[at] = Math.min(floor[at] ?? 0, floor[at + 1] ?? 0);
  closeGap(floor, at + 1);
}

function closeGap(column: Uint32Array | Float32Array | Float64Array, gap: number): void {
  column.copyWithin(gap, gap + 1);
  column[CELLS - 1] = 0;
}

/** The first of the two neighbours that are narrowest for their age. */
function cellToJoin(axis: Axis): number {
  let best = 0;
  let bestShare = Infinity;
  let age = 0;
  for (let at = axis.count - 2; at >= 0; at--) {
    const next = axis.profiles[at + 1] ?? 0;
    const width = (axis.profiles[at] ?? 0) + next;
    if (at + 1 < axis.count - RECENT && width / age < bestShare) {
      best = at;
      bestShare = width / age;
    }
    age += next;
  }
  return best;
}
