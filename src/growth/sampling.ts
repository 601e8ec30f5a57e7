/** What one sampled object tells of the heap (runtime/pprof/protomem.go, scaleHeapSample). */
export interface Weight {
  /** Bytes of the heap that one sampled object stands for: size / p. */
  readonly bytes: number;
  /** Sampling variance that one sampled object adds to an estimate, bytes²: w²(1 − p). */
  readonly variance: number;
}

/**
 * An object of `size` bytes is sampled with p = 1 − e^(−size/period), so one sampled object stands
 * for size / p bytes: 512 KiB and a little for small ones at the default period of 512 KiB, and
 * hardly more than itself for one of 4 MiB. At a period of 1 or below every object is sampled.
 */
export function weigh(size: number, periodBytes: number): Weight {
  if (size <= 0) return { bytes: 0, variance: 0 };
  const p = periodBytes > 1 ? -Math.expm1(-size / periodBytes) : 1;
  const bytes = size / p;
  return { bytes, variance: bytes * bytes * (1 - p) };
}

/**
 * The number of sampled objects behind a scaled value. Bytes and not objects are taken back, for the
 * runtime cuts the scaled values to whole numbers, and of a byte count that takes hardly anything.
 */
export function sampledObjects(scaledBytes: number, weightBytes: number): number {
  return weightBytes > 0 ? Math.round(scaledBytes / weightBytes) : 0;
}
