import type { Reading } from '../memory/reading.ts';

/** What is followed of a target over time, in bytes but for the goroutines. */
export const MEASURES = [
  'heap_live',
  'heap_inuse',
  'heap_idle',
  'stacks',
  'goroutines',
  'off_heap',
  'profiler',
  'next_gc',
] as const;

export type Measure = (typeof MEASURES)[number];

export type Measured = Readonly<Record<Measure, number | undefined>>;

/**
 * Of each measure its lowest over a while is its floor: of HeapAlloc what is live and not the garbage
 * on top of it, of HeapInuse the same with the spans that are partly empty.
 */
export function measure(reading: Reading): Measured {
  return {
    heap_live: reading.heapAllocBytes,
    heap_inuse: reading.heapInuseBytes,
    heap_idle: idleBytes(reading),
    stacks: reading.stackInuseBytes,
    goroutines: reading.goroutines,
    off_heap: offHeapBytes(reading),
    profiler: reading.profilerBytes,
    next_gc: reading.nextGcBytes,
  };
}

/** What the heap holds of the system, neither used nor given back. */
function idleBytes({ heapIdleBytes, heapReleasedBytes }: Reading): number | undefined {
  if (heapIdleBytes === undefined) return undefined;
  return Math.max(0, heapIdleBytes - (heapReleasedBytes ?? 0));
}

/**
 * RSS − (Sys − HeapReleased): memory of the process that the runtime did not obtain (cgo, mmap, the
 * program's own code). Below 0 where the runtime obtained more than it touched yet, and that is no
 * less than nothing: its filling up is not growth outside of Go.
 */
function offHeapBytes({ rssBytes, sysBytes, heapReleasedBytes }: Reading): number | undefined {
  if (rssBytes === undefined || sysBytes === undefined) return undefined;
  return Math.max(0, rssBytes - (sysBytes - (heapReleasedBytes ?? 0)));
}
