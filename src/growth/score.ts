import type { Candidate, Scored } from './candidate.ts';

const MIN_ALLOC_SHARE = 1e-4;
/** Own code that explains half as much is still the better place to look at. */
const THIRD_PARTY_WEIGHT = 0.5;

/** C·ln(C/B): `growthShare` is C, its part of all growth, and B its part of all allocation. */
export function score(candidate: Candidate, growthShare: number): Scored {
  const share = Math.min(1, growthShare);
  const weight = candidate.origin === 'third_party' ? THIRD_PARTY_WEIGHT : 1;
  const surprise = Math.log(share / Math.max(MIN_ALLOC_SHARE, candidate.allocShare));
  return { candidate, share, score: share * surprise * weight };
}
