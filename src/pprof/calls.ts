import type { Profile, SampleType } from './profile.ts';
import { forEachStack } from './tally.ts';
import type { Nodes } from './tally.ts';

/** An edge of the call graph. */
export interface Call {
  /** Both as indexes into the keys of the nodes. */
  readonly caller: number;
  readonly callee: number;
  /** Of the stacks that have this call, in the unit of the sample type; negative where it shrank. */
  readonly value: number;
  /** The compiler put the callee's code into the caller, in each of those stacks. */
  readonly inline: boolean;
}

/**
 * The calls between nodes, as pprof counts them (`newGraph`): a node that calls itself is none, and of
 * a stack that has a call several times, as recursion does, each counts once, by the first from the root.
 */
export function callsOf(profile: Profile, type: SampleType, nodes: Nodes): Iterable<Call> {
  const calls = new Calls(nodes.keys.length);
  forEachStack(profile, type, ({ sample, value, locations }) => {
    calls.beginAtRoot(sample, value);
    for (let at = locations.length - 1; at >= 0; at--) {
      calls.addLocation(nodes.ofLocation[locations[at] ?? -1] ?? []);
    }
  });
  return calls.all();
}

interface Growing extends Call {
  value: number;
  inline: boolean;
  lastSample: number;
}

class Calls {
  readonly #nodeCount: number;
  readonly #calls = new Map<number, Growing>();
  #sample = -1;
  #value = 0;
  #caller = -1;

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  all(): Iterable<Call> {
    return this.#calls.values();
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
    call.value += this.#value;
    call.inline &&= inline;
  }

  #between(caller: number, callee: number): Growing {
    const key = caller * this.#nodeCount + callee;
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const call = { caller, callee, value: 0, inline: true, lastSample: -1 };
    this.#calls.set(key, call);
    return call;
  }
}
