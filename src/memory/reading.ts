import type { ReadingSource } from '../config/config.ts';

/** One cheap look at a target's memory. What the source does not tell is `undefined`, never 0. */
export interface Reading {
  /** When it was taken, Unix milliseconds. */
  readonly at: number;
  readonly source: ReadingSource;
  /** `MemStats.HeapInuse`: bytes in in-use spans. */
  readonly heapInuseBytes: number;
  /** `MemStats.HeapAlloc`: live objects and garbage not yet swept. */
  readonly heapAllocBytes: number;
  readonly heapIdleBytes: number | undefined;
  readonly heapReleasedBytes: number | undefined;
  readonly stackInuseBytes: number | undefined;
  /** `MemStats.BuckHashSys`: the profiler's own tables. */
  readonly profilerBytes: number | undefined;
  /** `MemStats.Sys`: all that the runtime obtained from the system. */
  readonly sysBytes: number | undefined;
  readonly nextGcBytes: number | undefined;
  /** `MemStats.TotalAlloc`: allocated since the process started, freed or not. */
  readonly allocatedBytes?: number | undefined;
  /** Resident set of the process, now; `MaxRSS` of the heap trailer is a peak and is not this. */
  readonly rssBytes: number | undefined;
  /** GOMEMLIMIT; `undefined` where not told or where it is "none" (MaxInt64, anything above 2^60). */
  readonly limitBytes: number | undefined;
  readonly goroutines: number | undefined;
  /** Completed GC cycles since the process started. */
  readonly gcCount: number | undefined;
  /** Start of the process, Unix milliseconds. */
  readonly startedAt: number | undefined;
  readonly goVersion: string | undefined;
  /** Commit or tag of the running build. */
  readonly revision?: string | undefined;
}

/** What of a reading is held against the threshold, and under which name people know it. */
export interface MemoryInUse {
  readonly kind: 'rss' | 'go_total' | 'heap_inuse';
  readonly bytes: number;
}

/**
 * The resident set where it is told; else what the runtime holds of the system (Sys − HeapReleased,
 * the figure GOMEMLIMIT bounds: runtime/debug.SetMemoryLimit); else the heap in use.
 */
export function memoryInUse(reading: Reading): MemoryInUse {
  if (reading.rssBytes !== undefined) return { kind: 'rss', bytes: reading.rssBytes };
  if (reading.sysBytes !== undefined) {
    return { kind: 'go_total', bytes: reading.sysBytes - (reading.heapReleasedBytes ?? 0) };
  }
  return { kind: 'heap_inuse', bytes: reading.heapInuseBytes };
}
