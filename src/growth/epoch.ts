import type { Frame, Profile } from '../pprof/profile.ts';
import { createAxis, createTrack } from './cells.ts';
import type { Axis, Track } from './cells.ts';

/**
 * What is remembered of one process: the floors of each function and stack over time.
 *
 * Memory: a function costs 1.2 KB, a stack 0.4 KB and its frames (some 8 bytes each), a line 0.1 KB.
 * Only what was in use at some time has a place, and loses it when it is long gone, so a service with
 * 500 MiB in use (a thousand sampled objects) needs about 1 MB. The caps in `take-in.ts` bound any
 * epoch, however hostile, to some 40 MB.
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
  readonly functions: Map<string, FunctionHistory>;
  readonly stacks: Map<number, StackHistory>;
  /** Of each stack and size that has sampled objects in use. */
  lines: Map<number, LineHistory>;
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

export interface StackHistory {
  /** Normalised names, leaf first, direct recursion collapsed. */
  readonly functions: readonly string[];
  /** The least bytes in use, cell by cell. */
  readonly floor: Float32Array;
  inuseBytes: number;
  objects: number;
  /** Of the newest profile that had some of it in use, leaf first. */
  frames: readonly Frame[];
}

/** Sampled objects in use and ever allocated, and the bytes ever allocated. */
export interface LineHistory {
  readonly live: number;
  readonly allocated: number;
  readonly allocBytes: number;
}

export type Build = Pick<Profile, 'build' | 'periodBytes'>;

export function createEpoch({ build, periodBytes }: Build, startedAt: number | undefined): Epoch {
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
    functions: new Map(),
    stacks: new Map(),
    lines: new Map(),
  };
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
