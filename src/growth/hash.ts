const LOW = 2 ** 32;
const HIGH_BITS = 0x1f_ffff;

/**
 * A 53-bit hash, so that it stays a number. Among 20,000 stacks two fall together once in 45 million
 * histories, and then merely count as one.
 */
export function hashText(text: string): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
  }
  return join(low ^ (low >>> 15), high ^ (high >>> 13) ^ low);
}

/** The hash of a sequence, one value at a time; the order counts. */
export function mix(hash: number, value: number): number {
  const low = Math.imul((hash ^ rotate(value)) + 0x27d4eb2f, 0x9e3779b1);
  const high = Math.imul(upper(hash) ^ upper(value) ^ rotate(hash) ^ low, 0x5f356495);
  return join(low ^ (low >>> 15), high ^ (high >>> 13));
}

function rotate(value: number): number {
  return (value << 7) | (value >>> 25);
}

function upper(value: number): number {
  return Math.floor(value / LOW);
}

/** One hash of two, of 32 bits each; the upper bits of the second are left out. */
export function join(low: number, high: number): number {
  return (high & HIGH_BITS) * LOW + (low >>> 0);
}
