/**
 * What the samples of a profile are known by: `MARKS` numbers of 32 bits for each, side by side.
 *
 * Two stand for its row: the names and lines of all frames of its stack, and the size of its objects.
 * In profiles of one build, read in one way, the same row has the same ones. Two stand for its numbers:
 * where they are those of the same row in another profile, so are its values. What differs falls
 * together once in 10¹⁹ pairs, stacks that differ in one place once in 4·10¹², and then counts as one.
 */
export const MARKS = 4;
export const ROW_A = 0;
export const ROW_B = 1;
export const VALUES_A = 2;
export const VALUES_B = 3;

/** What the hash so far is multiplied with before the next one is added: where each is a hash by itself. */
export const FACTOR_A = 0x9e3779b1 | 0;
export const FACTOR_B = 0x85ebca6b | 0;
/** The same for this file alone: what is exported V8 fetches and checks anew at each use. */
const [TIMES_A, TIMES_B] = [FACTOR_A, FACTOR_B];

/** So that what differs in a few bits differs in all of them. */
export function spread(hash: number, salt: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15) ^ Math.imul(salt, TIMES_B), TIMES_A);
  return mixed ^ (mixed >>> 13);
}

/** The same for a size, which may have more than 32 bits. */
export function spreadSize(hash: number, size: number): number {
  return spread(hash ^ (size / 2 ** 32), size);
}

/**
 * The next bytes into a hash. The shifts bring down what stands in the upper bits, where a product leaves
 * it, and are not the same, so that what cancels out in one of two hashes does not in the other.
 */
export function mixA(hash: number, word: number): number {
  return Math.imul(hash ^ (hash >>> 15) ^ word, TIMES_A);
}

export function mixB(hash: number, word: number): number {
  return Math.imul(hash ^ (hash >>> 13) ^ word, TIMES_B);
}
