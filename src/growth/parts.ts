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
  /** Whether so much of what a function grew by is a suspect without the rest of it. */
  readonly isSuspect: (candidate: Candidate, bytes: number) => boolean;
  /** How many may be named. */
  readonly room: number;
}

/** Who is named for a caller: the large ones at once, the small ones where nothing else takes their room. */
interface Parts {
  readonly large: readonly Naming[];
  readonly small: readonly Naming[];
}

type IsPart = (scored: Scored, bytes: number) => boolean;

const MAX_PARTS = 3;
const MIN_Z = 3;
/** Of what the caller grew by: each large part at least and at most, and all of them together. */
const MIN_PART = 0.2;
const MAX_PART = 2 / 3;
const MIN_ALL = 0.8;
/** Parts that allocate more than this times as much as the caller do so for others. */
const ALLOCATING = 1.25;

/**
 * The leaks of one caller that is called for these alone, as the dispatcher of a kind of work is: two or
 * three callees that make up nearly all of its growth, none of them most of it. Else the caller, as where
 * it is the constructor of one thing in parts, a key and a value of a map: then its own package allocates
 * them, or itself, or helpers that others call too. Of three, the smaller may be below a fifth where they
 * are suspects by themselves: of 50, 35 and 15 MiB all are told, and so they are of 62, 19 and 19.
 */
export function partsOf(caller: Naming, grown: Grown): Parts {
  const name = caller.function;
  const below = { ...grown, stacks: grown.stacks.through(name) };
  const isSmall: IsPart = ({ candidate, share }, bytes) =>
    share < MIN_PART && grown.isSuspect(candidate, bytes);
  const large = withParts([], { caller: name, isPart: isLarge }, below);
  const all = withParts(large, { caller: name, isPart: isSmall }, below);
  const choices = all.length === MAX_PARTS ? [all, large] : [large];
  const parts = choices.find((each) => standForCaller(each, caller, below));
  if (parts === undefined) return { large: [caller], small: [] };
  const named = parts.map((part) => ({ ...part, share: part.share * caller.share }));
  return { large: named.slice(0, large.length), small: named.slice(large.length) };
}

function isLarge({ share }: Scored): boolean {
  return share >= MIN_PART && share <= MAX_PART;
}

/** These and further callees, the strongest first. */
function withParts(
  parts: readonly Naming[],
  sought: { readonly caller: string; readonly isPart: IsPart },
  grown: Grown,
): readonly Naming[] {
  if (parts.length === MAX_PARTS) return parts;
  const { caller, isPart } = sought;
  const { stacks, candidates, originOf } = grown;
  const [origin, whole, rest] = [originOf(caller), stacks.growthBytes(), beside(stacks, parts)];
  const growth = rest.growthOfCallees(caller, (name) => callsBack(name, originOf));
  const pool = candidates
    .filter((each) => each.origin === origin && each.z >= MIN_Z)
    .map((each) => score(each, growth(each.function) / whole))
    .filter((each) => isPart(each, growth(each.candidate.function)));
  const part = pickBest({ pool, near: pool, stacks: rest, originOf });
  return part === undefined ? parts : withParts([...parts, part], sought, grown);
}

function standForCaller(parts: readonly Naming[], caller: Naming, grown: Grown): boolean {
  const { stacks, room } = grown;
  if (parts.length < 2 || parts.length > room) return false;
  const [whole, left] = [stacks.growthBytes(), beside(stacks, parts).growthBytes()];
  return whole - left >= MIN_ALL * whole && areLeaks(caller, parts, grown);
}

function beside(stacks: GrownStacks, parts: readonly Naming[]): GrownStacks {
  return parts.reduce((rest, part) => rest.notThrough(part.function), stacks);
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
