/**
 * Two numbers of 32 bits for each of many things: what they are told apart by. Two things of one
 * profile fall together once in 10¹⁹ pairs, and then count as one.
 */
export interface Lanes {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** What the hash so far is multiplied with before the next one is added. */
export const FACTOR_A = 0x9e3779b1;
export const FACTOR_B = 0x85ebca6b;

export function createLanes(count: number): Lanes {
  return { a: new Int32Array(count), b: new Int32Array(count) };
}

/** So that what differs in a few bits differs in all of them. */
export function spread(hash: number, salt: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15) ^ Math.imul(salt, FACTOR_B), FACTOR_A);
  return mixed ^ (mixed >>> 13);
}
