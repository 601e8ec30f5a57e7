import type { Reader } from 'protobufjs/minimal.js';
import type { Outline } from './outline.ts';
import { ProfileError } from './profile.ts';
import type { Profile } from './profile.ts';
import type { StringTable } from './tables.ts';
import { readVarintFields, toInt } from './wire.ts';
import type { Varint } from './wire.ts';

/** What a profile says of itself. */
export type Head = Pick<Profile, 'timeMs' | 'durationMs' | 'periodBytes'> & {
  readonly sampleTypes: readonly string[];
};

export interface HeadSource {
  readonly reader: Reader;
  readonly strings: StringTable;
  readonly outline: Pick<
    Outline,
    'sampleTypes' | 'periodTypes' | 'timeNanos' | 'durationNanos' | 'period'
  >;
}

export function readHead(source: HeadSource): Head {
  const { outline } = source;
  const sampleTypes = outline.sampleTypes.map((position) => readType(source, position));
  if (sampleTypes.length === 0) {
    throw new ProfileError('profile: lists no sample types; this is no pprof profile');
  }
  const periodType = outline.periodTypes.map((position) => readType(source, position)).at(-1);
  return {
    sampleTypes,
    timeMs: Number(signed(outline.timeNanos) / 1_000_000n),
    durationMs: Number(signed(outline.durationNanos)) / 1e6,
    periodBytes: periodType === 'space/bytes' ? toInt(outline.period) : 0,
  };
}

function readType({ reader, strings }: HeadSource, position: number): string {
  const fields: Varint[] = [0, 0, 0];
  reader.pos = position;
  readVarintFields(reader, fields);
  const [, type = 0, unit = 0] = fields;
  return `${strings.at(toInt(type))}/${strings.at(toInt(unit))}`;
}

/** Nanoseconds since 1970 passed 2^53 in April 1970. */
function signed(varint: Varint): bigint {
  return BigInt.asIntN(64, BigInt(varint));
}
