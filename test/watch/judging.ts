import type { Judging } from '../../src/watch/kind-watch.ts';
import { MIB, MINUTE } from '../support/readings.ts';

/** By what kinds of growth are judged, at the defaults, where a profile is due each minute. */
export const JUDGING: Judging = {
  detection: { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * MIB },
  capture: {
    intervalMs: MINUTE,
    baselineIntervalMs: MINUTE,
    timeoutMs: MINUTE,
    maxBytes: 1e9,
    gc: 'never',
  },
};
