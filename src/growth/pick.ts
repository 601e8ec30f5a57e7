import { packageOf } from '../pprof/function-name.ts';
import type { Level } from './alarm.ts';
import type { Candidate, Scored } from './candidate.ts';
import type { FunctionHistory, StackHistory } from './epoch.ts';
import type { GrownStacks } from './grown-stacks.ts';
import type { OriginOf } from './origin.ts';

/** A function that the growth may be laid at, with the stacks that grow through it. */
export interface Naming {
  readonly function: string;
  readonly history: FunctionHistory;
  /** Of all growth, 0 to 1, less what was laid at stronger ones; as picked, of the growth of the largest function. */
  readonly share: number;
  readonly z: number;
  /** Its stack that grew most. */
  readonly stack: StackHistory;
  /** The highest among those that explain about as much on that stack, and whose it is. */
  readonly level: Level;
  readonly levelOf: string;
}

interface Choice {
  /** Who may be named, and who may be named for one of them where it is nearer to the leaf. */
  readonly pool: readonly Scored[];
  readonly near: readonly Scored[];
  readonly stacks: GrownStacks;
  readonly originOf: OriginOf;
}

/** Those that explain two thirds as much as the best, and more, are told apart by where they stand. */
const TIE = 0.35;
const TIE_AT_LEAST = 0.05;
/** So much of a helper's growth comes by the caller that it leaks for, and at most so much of its allocation. */
const FOR_CALLER = 0.8;
const BY_CALLER = 0.5;

/**
 * Own code before foreign, then the nearest to the leaf, among those on the stack that are as good as
 * the best. They need not have passed every test themselves: a caller that also grows a little on its
 * own may pass one profile before the function in which nearly all of its growth is allocated.
 */
export function pickBest({ pool, near, stacks, originOf }: Choice): Naming | undefined {
  const [top] = pool.toSorted((a, b) => b.score - a.score);
  if (top === undefined) return undefined;
  const stack = stacks.through(top.candidate.function).steepest();
  if (stack === undefined) return undefined;
  const bar = top.score - Math.max(TIE * top.score, TIE_AT_LEAST);
  const at = ({ candidate }: Scored): number => stack.functions.indexOf(candidate.function);
  const rank = (each: Scored): number =>
    (isAtHome(each.candidate, stack) ? 0 : stack.functions.length) + at(each);
  const tied = [...pool, ...near]
    .filter((each) => each.score >= bar && stack.functions.includes(each.candidate.function))
    .toSorted((a, b) => rank(a) - rank(b));
  const outermost = Math.max(...tied.map((each) => at(each)));
  const eligible = tied.filter(
    (each) => !stack.functions.slice(at(each), outermost).some((name) => callsBack(name, originOf)),
  );
  const [best = top] = eligible.filter(
    (each) => !eligible.some((other) => at(other) > at(each) && isHelperOf(each, other, stacks)),
  );
  const { function: name, history, z } = best.candidate;
  const { level, function: levelOf } = tied
    .map(({ candidate }) => candidate)
    .reduce((most, each) => (each.level > most.level ? each : most), best.candidate);
  return {
    function: name,
    history,
    share: best.share,
    z,
    stack: stacks.through(name).steepest() ?? stack,
    level,
    levelOf,
  };
}

/**
 * What allocates for innocent callers too is not to blame, however little of the process that makes: nearly
 * all of its growth comes by the one caller, and most of its allocation by others.
 */
function isHelperOf(helper: Scored, caller: Scored, stacks: GrownStacks): boolean {
  if (caller.candidate.allocShare > BY_CALLER * helper.candidate.allocShare) return false;
  const grown = stacks.through(helper.candidate.function);
  return grown.through(caller.candidate.function).growthBytes() >= FOR_CALLER * grown.growthBytes();
}

/**
 * Own code; and where the library alone is on the stack, as in goroutines that it starts itself, the
 * package that started it: net/http.(*Transport).dialConn, not bufio.NewWriterSize.
 */
function isAtHome({ origin, function: name }: Candidate, { functions }: StackHistory): boolean {
  if (origin !== 'standard') return origin === 'own';
  return packageOf(name) === packageOf(functions.at(-1) ?? name);
}

/**
 * What the library calls back is allocated on behalf of who called the library: a driver that opens a
 * connection for a query is not to blame for rows never closed. But servers of net call who is to blame.
 */
export function callsBack(name: string, originOf: OriginOf): boolean {
  return originOf(name) === 'standard' && !name.startsWith('net/');
}
