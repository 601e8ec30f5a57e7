import type { Profile, SampleType } from './profile.ts';
import { forEachStack, tally } from './tally.ts';
import type { Nodes } from './tally.ts';
import { functionNodes } from './top.ts';

/** All samples whose stacks are of the same functions, whatever their lines. */
export interface Trace {
  /** In the unit of the sample type; negative where it shrank. */
  readonly value: number;
  /** Leaf first. */
  readonly functions: readonly string[];
  /** Beside each function whether the compiler put its code into its caller, in each of the samples. */
  readonly inline: readonly boolean[];
}

export interface Traces {
  /** The whole that shares are of, as in `Tally`. */
  readonly total: number;
  readonly traces: readonly Trace[];
  /** All that hold something, shown or not. */
  readonly traceCount: number;
}

/**
 * The call stacks of a profile by what they hold, the largest first; of a difference (`subtract`), by how
 * much they grew or shrank. `count` bounds them, 0 means all.
 */
export function traces(
  profile: Profile,
  { type, count }: { readonly type: SampleType; readonly count: number },
): Traces {
  const nodes = functionNodes(profile);
  const merged = mergeStacks(profile, type, nodes)
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.spelling < b.spelling ? -1 : 1));
  const shown = count === 0 ? merged : merged.slice(0, count);
  return {
    total: tally(profile, type, nodes).total,
    traces: shown.map((each) => traceOf(each, nodes)),
    traceCount: merged.length,
  };
}

interface Merged {
  readonly spelling: string;
  /** The locations of each sample, leaf first. */
  readonly samples: Uint32Array[];
  value: number;
}

function mergeStacks(profile: Profile, type: SampleType, nodes: Nodes): Merged[] {
  const spellings = spellLocations(nodes);
  const merged = new Map<string, Merged>();
  forEachStack(profile, type, ({ value, locations }) => {
    if (locations.length === 0) return;
    const spelling = Array.from(locations, (location) => spellings[location]).join('');
    const known = merged.get(spelling) ?? { spelling, samples: [], value: 0 };
    known.value += value;
    known.samples.push(locations);
    merged.set(spelling, known);
  });
  return [...merged.values()];
}

/**
 * By location a text for the functions of its frames, two characters each in the order of their names:
 * stacks of the same functions are spelled alike, and sort as their names do, at a fraction of the length.
 */
function spellLocations({ keys, ofLocation }: Nodes): string[] {
  const byName = keys.map((name, node) => ({ name, node }));
  byName.sort((a, b) => (a.name < b.name ? -1 : 1));
  const spelled: string[] = [];
  byName.forEach(({ node }, rank) => {
    spelled[node] = String.fromCharCode(rank >>> 16, rank & 0xffff);
  });
  return ofLocation.map((frames) => frames.map((node) => spelled[node]).join(''));
}

function traceOf({ samples, value }: Merged, { keys, ofLocation }: Nodes): Trace {
  const framesOf = (locations: Iterable<number> = []): (readonly number[])[] =>
    Array.from(locations, (location) => ofLocation[location] ?? []);
  const functions = framesOf(samples[0]).flatMap((frames) =>
    frames.map((node) => keys[node] ?? ''),
  );
  const inline = functions.map(() => true);
  for (const locations of samples) {
    // The outermost frame of a location is what was called; the others were inlined into it.
    const flags = framesOf(locations).flatMap((frames) =>
      frames.map((_, at) => at < frames.length - 1),
    );
    flags.forEach((flag, at) => {
      inline[at] &&= flag;
    });
  }
  return { value, functions, inline };
}
