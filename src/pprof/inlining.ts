import { callsOf } from './calls.ts';
import type { Profile, SampleType } from './profile.ts';
import { forEachStack } from './tally.ts';
import type { Nodes } from './tally.ts';

/** Whether the compiler put a function's code into its callers: into none, some or all of those seen. */
export type Inlined = 'no' | 'partly' | 'wholly';

/** Calls of less than this share of the flat sum are not looked at, as in pprof (edgefraction). */
const EDGE_FRACTION = 0.001;

/** By node. */
export function inlinedNodes(profile: Profile, type: SampleType, nodes: Nodes): Inlined[] {
  const leastValue = Math.abs(Math.trunc(flatSum(profile, type) * EDGE_FRACTION));
  const inline = new Set<number>();
  const called = new Set<number>();
  for (const call of callsOf(profile, type, nodes)) {
    if (Math.abs(call.value) < leastValue) continue;
    (call.inline ? inline : called).add(call.callee);
  }
  return nodes.keys.map((_, node) => {
    if (!inline.has(node)) return 'no';
    return called.has(node) ? 'partly' : 'wholly';
  });
}

function flatSum(profile: Profile, type: SampleType): number {
  let sum = 0;
  forEachStack(profile, type, ({ value, locations }) => {
    sum += locations.length === 0 ? 0 : value;
  });
  return sum;
}
