import type { z } from 'zod';
import type { DetectionSettings } from '../config.ts';
import { block } from './block.ts';
import { atLeast } from './rules.ts';
import { size, whole } from './values.ts';

const CONFIRM_PROFILES = 240;

/** Of a target, and of `analyze`, whose options are the same keys. */
export function detectionSchema(): z.ZodType<DetectionSettings> {
  const profiles = { min: 6, max: 100_000 };
  return block(
    {
      min_profiles: whole(profiles).default(24),
      confirm_profiles: whole(profiles).optional(),
      min_growth: size().default(4 * 2 ** 20),
    },
    [atLeast('confirm_profiles', 'min_profiles', String)],
  ).transform((detection) => ({
    minProfiles: detection.min_profiles,
    confirmProfiles:
      detection.confirm_profiles ?? Math.max(CONFIRM_PROFILES, detection.min_profiles),
    minGrowthBytes: detection.min_growth,
  }));
}
