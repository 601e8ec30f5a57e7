import type { TargetConfig } from '../config/config.ts';
import type { Silence } from '../incident/unread.ts';
import { memoryInUse } from '../memory/reading.ts';
import { limitOf, type Watched } from './watched.ts';

/** What is known of a target that gives no readings at this time. */
export function silenceOf(config: TargetConfig, watched: Watched, at: number): Silence {
  const { reading, readingError } = watched;
  const why = readingError?.message ?? 'no reading came';
  if (reading === undefined) return { at, why, last: undefined };
  const { kind: readingKind, bytes: readingBytes } = memoryInUse(reading);
  const memory = { readingBytes, readingKind, limitBytes: limitOf(config, watched) };
  return { at, why, last: { at: reading.at, memory } };
}
