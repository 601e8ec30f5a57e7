import { packageOf } from '../pprof/function-name.ts';
import type { Candidate, Scored } from './candidate.ts';
import type { GrownStacks } from './grown-stacks.ts';
import type { OriginOf } from './origin.ts';
import { callsBack, pickBest } from './pick.ts';
import type { Naming } from './pick.ts';
import { score } from './score.ts';

interface Grown {
  readonly stacks: GrownStacks;
  readonly candidates: readonly Candidate[];
  readonly originOf: OriginOf;
}

const MAX_PARTS = 3;
const MIN_Z = 3;
/** Of what the caller grew by: each part at least and at most, and all of them together. */
const MIN_PART = 0.2;
const MAX_PART = 2 / 3;
const MIN_ALL = 0.8;
/** Parts that allocate more than this times as much as the caller do so for others. */
const ALLOCATING = 1.25;

/**
 * The leaks of one caller that is called for these alone, as the dispatcher of a kind of work is: two or
 * three callees that make up nearly all of its growth, none of them most of it. Else the caller, as where
 * it is the constructor of one thing in parts, a key and a value of a map: then its own package allocates
 * them, or itself, or helpers that others call too.
 */
export function partsOf(caller: Naming, grown: Grown): readonly Naming[] {
  const { whole, parts, left } = divide(caller.function, grown);
  const isMost = whole - left >= MIN_ALL * whole;
  if (parts.length < 2 || !isMost || !areLeaks(caller, parts, grown)) return [caller];
  return parts.map((part) => ({ ...part, share: part.share * caller.share }));
}

interface Divided {
  readonly parts: readonly Naming[];
  /** What the caller grew by, and by how much beside its parts. */
  readonly whole: number;
  readonly left: number;
}

function divide(caller: string, { stacks, candidates, originOf }: Grown): Divided {
  const [origin, through] = [originOf(caller), stacks.through(caller)];
  const whole = through.growthBytes();
  const able = candidates.filter((each) => each.origin === origin && each.z >= MIN_Z);
  const parts: Naming[] = [];
  let rest = through;
  while (parts.length < MAX_PARTS) {
    const growth = rest.growthOfCallees(caller, (name) => callsBack(name, originOf));
    const pool = able.map((each) => score(each, growth(each.function) / whole)).filter(isPart);
    const part = pickBest({ pool, near: pool, stacks: rest, originOf });
    if (part === undefined) break;
    parts.push(part);
    rest = rest.notThrough(part.function);
  }
  return { parts, whole, left: rest.growthBytes() };
}

function isPart({ share }: Scored): boolean {
  return share >= MIN_PART && share <= MAX_PART;
}

/** Of a package each, called by hardly anyone else, and one of them at least as suspect as the caller. */
function areLeaks(
  { function: caller }: Naming,
  parts: readonly Naming[],
  { candidates }: Grown,
): boolean {
  const names = [caller, ...parts.map((part) => part.function)];
  if (new Set(names.map(packageOf)).size < names.length) return false;
  const [whole, ...others] = names.map((name) => candidates.find((each) => each.function === name));
  const { level = 0, allocShare = 0 } = whole ?? {};
  const allocated = others.reduce((sum, each) => sum + (each?.allocShare ?? 0), 0);
  return allocated <= ALLOCATING * allocShare && others.some((each) => (each?.level ?? 0) >= level);
}
