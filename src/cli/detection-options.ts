import type { DetectionSettings } from '../config/config.ts';
import { detectionSchema } from '../config/schema/detection.ts';
import { UsageError } from './usage-error.ts';

/** As they were written; one that is absent has the default of the configuration. */
export interface DetectionOptions {
  readonly minProfiles?: string;
  readonly confirmProfiles?: string;
  readonly minGrowth?: string;
}

/** By the bounds and in the words of `detection` in a configuration. Throws a `UsageError` with every problem. */
export function readDetection(options: DetectionOptions): DetectionSettings {
  const parsed = detectionSchema().safeParse({
    min_profiles: options.minProfiles,
    confirm_profiles: options.confirmProfiles,
    min_growth: options.minGrowth,
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${optionOf(String(path[0]))}: ${asOptions(message)}`,
  );
  throw new UsageError(problems.join('\nerror: '));
}

function optionOf(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** A message may name another key. */
function asOptions(message: string): string {
  return message.replaceAll(/\b(min|confirm)_[a-z]+/g, optionOf);
}
