import { normaliseFunction, shownFunction } from '../pprof/function-name.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { groupFrames } from '../pprof/tally.ts';

/** One function below a call path, with what it and all it calls held in either profile. */
export interface FlameNode {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** The wider of before and after at each leaf, summed: what grew and what shrank both stay in sight. */
  readonly weight: number;
  /** By name, so that a place in the picture is the same whatever grew. */
  readonly children: readonly FlameNode[];
}

export interface FlameSource {
  /** Absent: the picture is of one profile alone. */
  readonly before: Profile | undefined;
  readonly after: Profile;
  readonly type: SampleType;
  /** Leaves at the root: what allocates, and below it for whom. */
  readonly inverted: boolean;
}

/** Deeper frames count at the one above them; Go records up to 128 frames of a stack. */
const MAX_DEPTH = 192;

interface Growing {
  before: number;
  after: number;
  readonly children: Map<string, Growing>;
}

/** The call paths of two profiles as one tree, its root first. */
export function flameTree(source: FlameSource): FlameNode {
  const root = emptyNode();
  if (source.before !== undefined) addProfile(root, source.before, { ...source, side: 'before' });
  addProfile(root, source.after, { ...source, side: 'after' });
  return finish('all', root);
}

function addProfile(
  root: Growing,
  profile: Profile,
  { type, inverted, side }: FlameSource & { readonly side: 'before' | 'after' },
): void {
  const { keys, ofLocation } = functionNodes(profile);
  const values = profile.values[type];
  for (let sample = 0; sample < profile.sampleCount; sample++) {
    const value = Math.max(0, values[sample] ?? 0);
    if (value === 0) continue;
    const path = Array.from(
      profile.stackLocations.subarray(profile.stackStart[sample], profile.stackStart[sample + 1]),
      (location) => ofLocation[location] ?? [],
    )
      .flat()
      .map((node) => keys[node] ?? '');
    leafOf(root, inverted ? path : path.reverse())[side] += value;
  }
}

/** Functions under the names that people know from `go tool pprof`. */
export function functionNodes(profile: Profile): ReturnType<typeof groupFrames> {
  return groupFrames(profile.locations, (frame) =>
    frame === undefined || frame.function === '' ? '<unknown>' : shownFunction(frame.function),
  );
}

/**
 * The nodes of a function by its name, also where it is given with type arguments left out
 * (`Put[...]`), as verdicts have it: then there may be several.
 */
export function nodesNamed(keys: readonly string[], name: string): ReadonlySet<number> {
  const exact = keys.indexOf(name);
  if (exact >= 0) return new Set([exact]);
  return new Set(keys.flatMap((key, node) => (normaliseFunction(key) === name ? [node] : [])));
}

function leafOf(root: Growing, path: readonly string[]): Growing {
  let node = root;
  for (const name of path.slice(0, MAX_DEPTH)) {
    const known = node.children.get(name);
    const next = known ?? emptyNode();
    if (known === undefined) node.children.set(name, next);
    node = next;
  }
  return node;
}

function emptyNode(): Growing {
  return { before: 0, after: 0, children: new Map() };
}

function finish(name: string, { before, after, children }: Growing): FlameNode {
  const below = [...children]
    .map(([child, node]) => finish(child, node))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name,
    before: below.reduce((sum, child) => sum + child.before, before),
    after: below.reduce((sum, child) => sum + child.after, after),
    weight: below.reduce((sum, child) => sum + child.weight, Math.max(before, after)),
    children: below,
  };
}
