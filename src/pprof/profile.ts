/**
 * `malformed`: broken bytes or another kind of document; `too_large`: beyond a limit; `not_heap`: a
 * profile of something else; `delta`: a difference over a time; `disabled`: the target does not sample.
 */
export type ProfileErrorKind = 'malformed' | 'too_large' | 'not_heap' | 'delta' | 'disabled';

/** Thrown for bytes that are not a usable heap profile; the message says what was seen and what to do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly kind: ProfileErrorKind;

  constructor(message: string, options: ErrorOptions & { kind?: ProfileErrorKind } = {}) {
    super(message, options);
    this.kind = options.kind ?? 'malformed';
  }
}

export const HEAP_SAMPLE_TYPES = [
  'alloc_objects',
  'alloc_space',
  'inuse_objects',
  'inuse_space',
] as const;

export type SampleType = (typeof HEAP_SAMPLE_TYPES)[number];

export interface Frame {
  /** As the profile spells it: `example.com/shop/cart.(*Cart).Add`. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** A binary or library mapped into the process; `file` and `id` are empty where the profile does not tell. */
export interface Mapping {
  readonly file: string;
  readonly id: string;
  readonly sizeBytes: number;
  readonly fileOffset: number;
}

/** One program counter: its frames with inlining expanded, innermost first. */
export interface Location {
  readonly frames: readonly Frame[];
  readonly mapping?: Mapping;
  /**
   * Counted from the start of the mapping, which the loader moves at each start. It tells two places
   * of one line apart within one build, and nothing more: never a key across builds.
   */
  readonly address?: number;
}

/** The numbers of one sample that a history is kept by. */
export interface Row {
  allocObjects: number;
  allocBytes: number;
  inuseObjects: number;
  inuseBytes: number;
  size: number;
}

export function createRow(): Row {
  return { allocObjects: 0, allocBytes: 0, inuseObjects: 0, inuseBytes: 0, size: 0 };
}

/**
 * A profile in numbers: what a history is kept by, without an object for each sample or location.
 * The frames of location `i` are `frameStart[i] … frameStart[i + 1] - 1`, innermost first.
 */
export interface CodeTable {
  /** By sample, as `marks.ts` has it. */
  readonly marks: Int32Array;
  /** By location, two for each, over the names and lines of its frames. */
  readonly locationHash: Int32Array;
  /** Reads so many samples into as many rows, or fewer than there are. */
  readRows(samples: Int32Array, into: readonly Row[]): void;
  /** The locations of one sample, leaf first. */
  stackOf(sample: number): Uint32Array;
  /** By frame: the number of its function, and the line in its file. */
  readonly frameFunction: Uint32Array;
  readonly frameStart: Uint32Array;
  readonly frameLine: Float64Array;
  /** As the profile spells it; each call may decode it anew. */
  functionName(index: number): string;
  functionFile(index: number): string;
}

/**
 * One decoded heap profile. Samples stand in columns, so that a hundred thousand of them cost no
 * garbage: sample `i` has `values[type][i]`, `size[i]`, and the locations
 * `stackLocations[stackStart[i]] … stackLocations[stackStart[i + 1] - 1]`, leaf first, each an index
 * into `locations`. Values are as in the file: already scaled up from the sampled counts.
 */
export interface Profile {
  /** `TYPE/UNIT` as the file lists them; absent: those of a heap profile. */
  readonly sampleTypes?: readonly string[];
  /** When it was taken, Unix milliseconds; 0 where the profile does not tell. */
  readonly timeMs: number;
  /** Above 0 for a difference over a time (`?seconds=N`): no snapshot. */
  readonly durationMs: number;
  /** MemProfileRate in bytes; 0 where profiling was switched off. */
  readonly periodBytes: number;
  readonly sampleCount: number;
  /** This and `size`: read when first asked for, where `code` is there. */
  readonly values: Readonly<Record<SampleType, Float64Array>>;
  /** The label `bytes`: the exact object size of a sample; 0 where the label is absent. */
  readonly size: Float64Array;
  /** Above 0 where `go tool pprof -diff_base` marked the sample as one of the base; absent where it marked none. */
  readonly ofBase?: Uint8Array;
  readonly stackStart: Uint32Array;
  /** This and `locations`: made when first asked for, where `code` is there. */
  readonly stackLocations: Uint32Array;
  readonly locations: readonly Location[];
  /** Absent where the profile was not written as Go writes it, or has a value below 0. */
  readonly code?: CodeTable;
  /** Of the first mapping: tells one build from another. */
  readonly build: { readonly file: string; readonly id: string };
}

/** Bounds on what a profile may cost; beyond them it is refused, never cut. */
export interface ProfileLimits {
  readonly maxInflatedBytes: number;
  readonly maxSamples: number;
  /** Holds for locations, functions, mappings and strings, each by itself. */
  readonly maxLocations: number;
  /** Frames of all locations together. */
  readonly maxFrames: number;
  /** Locations of one sample. */
  readonly maxStackDepth: number;
  /** Locations of all samples together. */
  readonly maxStackEntries: number;
}
