import { FACTOR_A, FACTOR_B, spread } from './marks.ts';
import type { ScannedCode } from './scan-code.ts';

/** Of the number of a location. */
export const NUMBER_BITS = 42;
const UPPER_BITS = 2 ** (NUMBER_BITS - 32) - 1;
/** What two bytes can be that are one varint. */
const TWO_BYTES = 2 ** 15;

/**
 * Of each location two numbers side by side, over the names and lines of its frames: so they are the
 * same in each profile of a build, whatever numbers the profile gives to locations and functions.
 */
export function hashLocations(
  bytes: Uint8Array,
  strings: Uint32Array,
  code: ScannedCode,
): Int32Array {
  const { frameStart, frameFunction, frameLine, mapping } = code;
  const names = hashNames(bytes, strings, code);
  const hashes = new Int32Array(2 * mapping.length);
  for (let location = 0; location < mapping.length; location++) {
    const end = frameStart[location + 1] ?? 0;
    let [a, b] = [1, 2];
    for (let frame = frameStart[location] ?? 0; frame < end; frame++) {
      const name = 2 * (frameFunction[frame] ?? 0);
      const line = frameLine[frame] ?? 0;
      a = spread(Math.imul(a, FACTOR_A) + (names[name] ?? 0), line);
      b = spread(Math.imul(b, FACTOR_B) + (names[name + 1] ?? 0), line);
    }
    hashes[2 * location] = a;
    hashes[2 * location + 1] = b;
  }
  return hashes;
}

function hashNames(
  bytes: Uint8Array,
  strings: Uint32Array,
  { functionName }: ScannedCode,
): Int32Array {
  const hashes = new Int32Array(2 * functionName.length);
  for (let name = 0; name < functionName.length; name++) {
    let at = strings[functionName[name] ?? 0] ?? 0;
    let length = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80 && shift < 28; shift += 7) {
      byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
    }
    let [a, b] = [length, ~length];
    for (const end = at + length; at < end; at++) {
      const byte = bytes[at] ?? 0;
      a = (Math.imul(a, FACTOR_A) + byte) | 0;
      b = (Math.imul(b, FACTOR_B) ^ byte) | 0;
    }
    hashes[2 * name] = spread(a, 0);
    hashes[2 * name + 1] = spread(b, 0);
  }
  return hashes;
}

/** `NUMBER_BITS` of each location's two hashes as one number. */
export function numbersOf(hashes: Int32Array): Float64Array {
  const numbers = new Float64Array(hashes.length / 2);
  for (let at = 0; at < numbers.length; at++) {
    const upper = (hashes[2 * at + 1] ?? 0) & UPPER_BITS;
    numbers[at] = upper * 2 ** 32 + ((hashes[2 * at] ?? 0) >>> 0);
  }
  return numbers;
}

/** The numbers of locations, by what their ids are in two bytes; those of one byte too, as `85 00`. */
export function byTwoBytes(numbers: Float64Array): Float64Array {
  const table = new Float64Array(TWO_BYTES).fill(NaN);
  const last = Math.min(numbers.length, TWO_BYTES / 2 - 1);
  for (let id = 1; id <= last; id++) {
    table[((id >> 7) << 8) | 0x80 | (id & 0x7f)] = numbers[id - 1] ?? 0;
  }
  return table;
}
