import type { Profile } from '../pprof/profile.ts';
import { createAxis, createTrack } from './cells.ts';
import type { Axis, Track } from './cells.ts';
import type { Lasting } from './lasting.ts';
import { Ledger } from './ledger.ts';
import type { LineHistory } from './line-book.ts';
import { StackBook } from './stack-book.ts';
import { StackFloors } from './stack-floors.ts';
import type { StackHistory } from './stack-view.ts';
import { Sums } from './sums.ts';

export type { StackHistory };

/**
 * What is remembered of one process: the floors of each function and stack over time, and the newest
 * profile, row by row, so that the next one costs what it changes.
 *
 * Memory: the cells of a function take 1.2 KB and those of a stack 0.4 KB, and the rows of the newest
 * profile stand beside them. Only what was in use at some time has a history, and loses it when it is
 * long gone. The caps here and in `ledger.ts`, `stack-floors.ts` and
 * `take-in.ts` bound any epoch, however hostile.
 */
export interface Epoch {
  /** Of this process, stale ones too; of them the fresh ones. */
  profiles: number;
  fresh: number;
  startedAt: number | undefined;
  readonly buildFile: string;
  readonly buildId: string;
  readonly periodBytes: number;
  fingerprint: number;
  /** Ever allocated, up to the newest profile. */
  allocBytes: number;
  readonly axis: Axis;
  readonly lasting: Lasting;
  readonly functions: Map<string, FunctionHistory>;
  readonly stacks: StackFloors;
  books: Books;
}

/** What the newest profile is kept in. */
export interface Books {
  readonly stacks: StackBook;
  readonly ledger: Ledger;
  readonly sums: Sums;
  /** By number of the function's name, as far as they were looked up. */
  readonly functions: (FunctionHistory | undefined)[];
}

/** A function with all that is allocated below it; a stack counts once for each of its functions. */
export interface FunctionHistory {
  readonly track: Track;
  /** Of the newest profile: bytes in use, the sampled objects behind them and their variance. */
  inuseBytes: number;
  objects: number;
  variance: number;
  /** Ever allocated, up to the newest profile. */
  allocBytes: number;
  /**
   * The highest low of a few profiles so far, the sampling variance of what was born and died since (bytes²),
   * and the deepest fall from one to a later one that is more than that.
   */
  peakBytes: number;
  sincePeak: number;
  fallBytes: number;
}

export type Build = Pick<Profile, 'build' | 'periodBytes'>;

export function createEpoch({ build, periodBytes }: Build, startedAt: number | undefined): Epoch {
  const books = openBooks(new StackBook(), periodBytes, new Map());
  return {
    profiles: 0,
    fresh: 0,
    startedAt,
    buildFile: build.file,
    buildId: build.id,
    periodBytes,
    fingerprint: 0,
    allocBytes: 0,
    axis: createAxis(),
    lasting: { fresh: 0, running: 0, before: 0 },
    functions: new Map(),
    stacks: new StackFloors(books.stacks),
    books,
  };
}

/** Books that know nothing of the newest profile but these lines of it. */
export function openBooks(
  stacks: StackBook,
  periodBytes: number,
  lines: ReadonlyMap<number, LineHistory>,
): Books {
  const ledger = new Ledger(stacks, periodBytes, lines);
  return { stacks, ledger, sums: new Sums(stacks), functions: [] };
}

/** Makes the books anew, without what is gone. */
export function renewBooks(epoch: Epoch): void {
  const stacks = new StackBook();
  epoch.stacks.moveTo(stacks);
  epoch.books = openBooks(stacks, epoch.periodBytes, epoch.books.ledger.lines.save());
}

export function createFunctionHistory(allocBytes: number): FunctionHistory {
  return {
    track: createTrack(),
    inuseBytes: 0,
    objects: 0,
    variance: 0,
    allocBytes,
    peakBytes: 0,
    sincePeak: 0,
    fallBytes: 0,
  };
}
