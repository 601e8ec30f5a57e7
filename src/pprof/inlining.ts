import type { Profile, SampleType } from './profile.ts';
import { forEachStack } from './tally.ts';
import type { Nodes } from './tally.ts';

/** Whether the compiler put a function's code into its callers: into none, some or all of those seen. */
export type Inlined = 'no' | 'partly' | 'wholly';

interface Call {
  readonly callee: number;
  weight: number;
  inline: boolean;
  lastSample: number;
}

/** Calls of less than this share of the flat sum are not looked at, as in pprof (edgefraction). */
const EDGE_FRACTION = 0.001;

export function inlinedNodes(profile: Profile, type: SampleType, nodes: Nodes): Inlined[] {
  const calls = new Calls(nodes.keys.length);
  let flatSum = 0;
  forEachStack(profile, type, ({ sample, value, locations }) => {
    flatSum += locations.length === 0 ? 0 : value;
    calls.beginAtRoot(sample, value);
    for (let at = locations.length - 1; at >= 0; at--) {
      const frames = nodes.ofLocation[locations[at] ?? -1] ?? [];
      calls.addLocation(frames);
    }
  });
  return calls.inlined(Math.abs(Math.trunc(flatSum * EDGE_FRACTION)));
}

/** The edges of the call graph. A function calling itself is none, and of a stack each counts once. */
class Calls {
  readonly #nodeCount: number;
  readonly #calls = new Map<number, Call>();
  #sample = -1;
  #value = 0;
  #caller = -1;

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  beginAtRoot(sample: number, value: number): void {
    this.#sample = sample;
    this.#value = value;
    this.#caller = -1;
  }

  /** The outermost frame of a location is what was called; the others were inlined into it. */
  addLocation(frames: readonly number[]): void {
    for (let at = frames.length - 1; at >= 0; at--) {
      this.#add(frames[at] ?? -1, at < frames.length - 1);
    }
  }

  #add(callee: number, inline: boolean): void {
    const caller = this.#caller;
    this.#caller = callee;
    if (caller < 0 || caller === callee) return;
    const call = this.#between(caller, callee);
    if (call.lastSample === this.#sample) return;
    call.lastSample = this.#sample;
    call.weight += this.#value;
    call.inline &&= inline;
  }

  /** By node. */
  inlined(leastWeight: number): Inlined[] {
    const inline = new Set<number>();
    const called = new Set<number>();
    for (const call of this.#calls.values()) {
      if (Math.abs(call.weight) < leastWeight) continue;
      (call.inline ? inline : called).add(call.callee);
    }
    return Array.from({ length: this.#nodeCount }, (_, node) => {
      if (!inline.has(node)) return 'no';
      return called.has(node) ? 'partly' : 'wholly';
    });
  }

  #between(caller: number, callee: number): Call {
    const key = caller * this.#nodeCount + callee;
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const call = { callee, weight: 0, inline: true, lastSample: -1 };
    this.#calls.set(key, call);
    return call;
  }
}
