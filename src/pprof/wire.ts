import type { Reader } from 'protobufjs/minimal.js';
import { ProfileError } from './profile.ts';

/** What `Reader` leaves to its callers: integers that cost no object each, and the ends of messages. */

/** A uint64 as it stands on the wire: a bigint from 2^53 up, so that ids stay exact. */
export type Varint = number | bigint;

/** Seven bits in each byte: as much as a double holds with every bit exact. */
const EXACT_VARINT_BYTES = 7;

export function readVarint(reader: Reader): Varint {
  const { buf, pos } = reader;
  const last = Math.min(reader.len, pos + EXACT_VARINT_BYTES);
  let value = 0;
  let scale = 1;
  for (let at = pos; at < last; at++) {
    const byte = buf[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      reader.pos = at + 1;
      return value;
    }
    scale *= 0x80;
  }
  const { high, low } = reader.uint64();
  const whole = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
}

/** The int64 that a varint stands for; one beyond 2^53 either way is refused rather than rounded. */
export function toInt(varint: Varint): number {
  if (typeof varint === 'number') return varint;
  const value = Number(BigInt.asIntN(64, varint));
  if (Number.isSafeInteger(value)) return value;
  throw new ProfileError(
    `profile: the number ${value} is beyond 2^53, where numbers are not exact`,
  );
}

/** Reads the length of a field and returns where it ends. */
export function readEnd(reader: Reader): number {
  const length = reader.size();
  const end = reader.pos + length;
  if (end <= reader.len) return end;
  throw new ProfileError(
    `profile: breaks off at byte ${reader.len}, within a field of ${length} bytes; fetch it again`,
  );
}

export function requireEnd(reader: Reader, end: number): void {
  if (reader.pos === end) return;
  throw new ProfileError(`profile: a field runs over the end of its message at byte ${end}`);
}

/** Skips the field of a tag that nobody asked for, a group with all that is in it. */
export function skipField(reader: Reader, tag: number): void {
  reader.skipType(tag & 7, 0, tag >>> 3);
}

/**
 * Reads the message at the reader into `fields`: the varint of field 3 goes to `fields[3]`, 0 where
 * the message does not have it; of a field that comes twice the last one counts. `readOther` is
 * offered every other tag and returns whether it read the field; what nobody reads is skipped.
 */
export function readVarintFields(
  reader: Reader,
  fields: Varint[],
  readOther: (tag: number) => boolean = () => false,
): void {
  fields.fill(0);
  const end = readEnd(reader);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if ((tag & 7) === 0 && field > 0 && field < fields.length) fields[field] = readVarint(reader);
    else if (!readOther(tag)) skipField(reader, tag);
  }
  requireEnd(reader, end);
}

/** The tag of a field that is written as a varint. */
export function varintTag(field: number): number {
  return field << 3;
}

/** The tag of a field written as a length and that many bytes: messages, strings, packed numbers. */
export function bytesTag(field: number): number {
  return (field << 3) | 2;
}

export function tooMany(limit: number, what: string): ProfileError {
  return new ProfileError(`profile: more than ${limit} ${what}, which is the limit`, {
    kind: 'too_large',
  });
}
