import type { Profile, SampleType } from '../pprof/profile.ts';
import { forEachStack } from '../pprof/tally.ts';
import { decode } from './comparison.ts';
import { functionNodes, nodesNamed } from './flame-tree.ts';

export interface GrowthQuestion {
  /** Oldest first. */
  readonly profiles: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  /** As the profiles spell them; an empty name is the whole heap. */
  readonly functions: readonly string[];
  readonly type: SampleType;
}

/** What a function held, with all it calls, at each profile. */
export interface FunctionGrowth {
  readonly function: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** How much of the heap went through each function over time. Throws a `ProfileError`. */
export function functionGrowth(question: GrowthQuestion): readonly FunctionGrowth[] {
  const rows = question.profiles.map(({ at, bytes }) => ({
    at,
    values: cumulative(decode(bytes), question),
  }));
  return question.functions.map((name, index) => ({
    function: name,
    points: rows.map(({ at, values }) => ({ at, value: values[index] ?? 0 })),
  }));
}

function cumulative(
  profile: Profile,
  { functions, type }: Pick<GrowthQuestion, 'functions' | 'type'>,
): readonly number[] {
  const { keys, ofLocation } = functionNodes(profile);
  const nodes = functions.map((name) => (name === '' ? undefined : nodesNamed(keys, name)));
  const sums = nodes.map(() => 0);
  forEachStack(profile, type, ({ value, locations }) => {
    const path = Array.from(locations, (location) => ofLocation[location] ?? []).flat();
    nodes.forEach((named, index) => {
      if (named === undefined || path.some((node) => named.has(node)))
        sums[index] = (sums[index] ?? 0) + value;
    });
  });
  return sums;
}
