import { gunzipSync, gzipSync } from 'node:zlib';
import { Reader } from 'protobufjs/minimal.js';

const TIME_NANOS = 9;
const VARINT = 0;

/**
 * The same gzipped profile with another `time_nanos` (profile.proto, field 9), all else byte for
 * byte: what was recorded long ago and is served again should not seem to be from long ago.
 */
export function retimeProfile(gzipped: Uint8Array, timeMs: number): Buffer {
  const profile = gunzipSync(gzipped);
  const reader = Reader.create(profile);
  const parts: Uint8Array[] = [];
  let copied = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const start = reader.pos;
    reader.skipType(tag & 7);
    if (tag !== ((TIME_NANOS << 3) | VARINT)) continue;
    parts.push(profile.subarray(copied, start), varint(BigInt(Math.round(timeMs)) * 1_000_000n));
    copied = reader.pos;
  }
  return gzipSync(Buffer.concat([...parts, profile.subarray(copied)]));
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}
