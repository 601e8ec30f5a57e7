import type { Profile, SampleType } from '../pprof/profile.ts';
import { forEachStack } from '../pprof/tally.ts';
import { functionNodes } from './flame-tree.ts';

export interface Neighbour {
  readonly function: string;
  /** Of what goes through both, in the unit of the sample type; negative where it shrank. */
  readonly value: number;
}

/** The call graph around one function. */
export interface Neighbours {
  /** What the function holds by itself, and with all it calls. */
  readonly flat: number;
  readonly cum: number;
  /** Those that call it and those it calls, the most first. */
  readonly callers: readonly Neighbour[];
  readonly callees: readonly Neighbour[];
}

/**
 * Who calls a function and whom it calls, each with the value of the stacks that do so. A call that a
 * stack has several times, as recursion does, is counted once. `undefined` where it is in no stack.
 */
export function neighboursOf(
  profile: Profile,
  type: SampleType,
  name: string,
): Neighbours | undefined {
  const { keys, ofLocation } = functionNodes(profile);
  const target = keys.indexOf(name);
  if (target < 0) return undefined;
  const callers = new Map<number, number>();
  const callees = new Map<number, number>();
  let flat = 0;
  let cum = 0;
  forEachStack(profile, type, ({ value, locations }) => {
    const path = Array.from(locations, (location) => ofLocation[location] ?? []).flat();
    if (!path.includes(target)) return;
    cum += value;
    if (path[0] === target) flat += value;
    addTo(callers, besides(path, target, 1), value);
    addTo(callees, besides(path, target, -1), value);
  });
  const named = (values: ReadonlyMap<number, number>): Neighbour[] =>
    [...values]
      .map(([node, value]) => ({ function: keys[node] ?? '', value }))
      .filter(({ value }) => value !== 0)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.function < b.function ? -1 : 1));
  return { flat, cum, callers: named(callers), callees: named(callees) };
}

/** The nodes that stand one step from the target, each once. */
function besides(path: readonly number[], target: number, step: 1 | -1): ReadonlySet<number> {
  const found = path.flatMap((node, index) => (node === target ? (path[index + step] ?? []) : []));
  return new Set(found);
}

function addTo(sums: Map<number, number>, nodes: ReadonlySet<number>, value: number): void {
  for (const node of nodes) sums.set(node, (sums.get(node) ?? 0) + value);
}
