import type { TriggerRules } from '../../src/memory/trigger.ts';
import type { Reading } from '../../src/memory/reading.ts';

export const MIB = 2 ** 20;
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** A reading that tells only what is given: memory in use is the resident set. */
export function readingOf(given: {
  readonly at: number;
  readonly bytes: number;
  readonly gcCount?: number | undefined;
  readonly startedAt?: number | undefined;
}): Reading {
  return {
    at: given.at,
    source: 'metrics',
    heapInuseBytes: given.bytes / 2,
    heapAllocBytes: given.bytes / 2,
    heapIdleBytes: undefined,
    heapReleasedBytes: undefined,
    stackInuseBytes: undefined,
    profilerBytes: undefined,
    sysBytes: undefined,
    nextGcBytes: undefined,
    rssBytes: given.bytes,
    limitBytes: undefined,
    goroutines: undefined,
    gcCount: given.gcCount,
    startedAt: given.startedAt,
    goVersion: undefined,
  };
}

/** The defaults of a configuration file, with a limit of 2 GiB. */
export const DEFAULT_RULES: TriggerRules = {
  trigger: { above: { kind: 'share', share: 0.75 }, growthBytesPerHour: 64 * MIB },
  capture: {
    intervalMs: MINUTE,
    baselineIntervalMs: 10 * MINUTE,
    timeoutMs: 30 * SECOND,
    maxBytes: 64 * MIB,
    gc: 'never',
  },
  readingIntervalMs: 15 * SECOND,
  limitBytes: 2048 * MIB,
};

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
