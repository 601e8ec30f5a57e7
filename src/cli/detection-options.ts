import type { DetectionSettings } from '../config/config.ts';
import { detectionSchema } from '../config/schema/detection.ts';

/** As they were written; one that is absent has the default of the configuration. */
export interface DetectionOptions {
  readonly minProfiles?: string;
  readonly confirmProfiles?: string;
  readonly minGrowth?: string;
}

/** By the bounds and in the words of `detection` in a configuration; `refuse` gets every problem. */
export function readDetection(
  { minProfiles, confirmProfiles, minGrowth }: DetectionOptions,
  refuse: (problems: readonly string[]) => never,
): DetectionSettings {
  const parsed = detectionSchema().safeParse({
    min_profiles: minProfiles,
    confirm_profiles: confirmProfiles,
    min_growth: minGrowth,
  });
  if (parsed.success) return parsed.data;
  return refuse(
    parsed.error.issues.map(
      ({ path, message }) => `${optionOf(String(path[0]))}: ${asOptions(message)}`,
    ),
  );
}

function optionOf(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** A message may name another key. */
function asOptions(message: string): string {
  return message.replaceAll(/\b(min|confirm)_[a-z]+/g, optionOf);
}
