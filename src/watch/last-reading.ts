import type { TargetConfig } from '../config/config.ts';
import type { LastReading } from '../incident/unread.ts';
import { memoryInUse } from '../memory/reading.ts';
import type { Watched } from './watched.ts';

type Known = Pick<Watched, 'reading' | 'recalled'>;

/** The configured limit, else the one the target tells, or told before heapwarden was started. */
export function limitOf(
  { memoryLimitBytes }: TargetConfig,
  { reading, recalled }: Known,
): number | undefined {
  const told = reading === undefined ? recalled.last?.memory.limitBytes : reading.limitBytes;
  return memoryLimitBytes ?? told;
}

/** Also where that was before heapwarden was started. */
export function lastReading(config: TargetConfig, known: Known): LastReading | undefined {
  const { reading, recalled } = known;
  const limitBytes = limitOf(config, known);
  if (reading === undefined)
    return recalled.last && { ...recalled.last, memory: { ...recalled.last.memory, limitBytes } };
  const { kind: readingKind, bytes: readingBytes } = memoryInUse(reading);
  return { at: reading.at, memory: { readingBytes, readingKind, limitBytes } };
}
