import { shownFunction } from './function-name.ts';
import { inlinedNodes } from './inlining.ts';
import type { Inlined } from './inlining.ts';
import type { Frame, Location, Profile, SampleType } from './profile.ts';
import { groupFrames, tally } from './tally.ts';
import type { Nodes } from './tally.ts';

export const TOP_SORTS = ['flat', 'cum'] as const;

export type TopSort = (typeof TOP_SORTS)[number];

export interface TopRow {
  readonly function: string;
  /** What the function itself holds, in the unit of the sample type; negative where it shrank. */
  readonly flat: number;
  /** What it holds with all it calls. */
  readonly cum: number;
  readonly inlined: Inlined;
}

export interface Top {
  /** The whole that shares are of, as in `Tally`. */
  readonly total: number;
  readonly rows: readonly TopRow[];
  /** All functions with a figure, shown or not. */
  readonly functionCount: number;
}

/**
 * The functions of a profile by what they hold, as `go tool pprof -top -nodefraction=0` shows them;
 * of a difference (`subtract`) as with `-base`. `count` bounds the rows, 0 means all.
 */
export function top(
  profile: Profile,
  {
    type,
    sort,
    count,
  }: { readonly type: SampleType; readonly sort: TopSort; readonly count: number },
): Top {
  const nodes = functionNodes(profile);
  const { flat, cum, total } = tally(profile, type, nodes);
  const inlined = inlinedNodes(profile, type, nodes);
  const rows = nodes.keys
    .map((name, node) => ({
      function: name,
      flat: flat[node] ?? 0,
      cum: cum[node] ?? 0,
      inlined: inlined[node] ?? 'no',
    }))
    .filter((row) => row.flat !== 0 || row.cum !== 0)
    .sort(sort === 'flat' ? byFlat : byCum);
  return { total, rows: count === 0 ? rows : rows.slice(0, count), functionCount: rows.length };
}

/** All frames of a function as one, under the name that pprof shows; without one, by the binary. */
export function functionNodes({ locations }: Profile): Nodes {
  return groupFrames(locations, nameOf);
}

function nameOf(frame: Frame | undefined, { mapping }: Location): string {
  if (frame !== undefined && frame.function !== '') return shownFunction(frame.function);
  const file = mapping?.file ?? '';
  return file === '' ? '<unknown>' : `[${file.slice(file.lastIndexOf('/') + 1)}]`;
}

function byFlat(a: TopRow, b: TopRow): number {
  return Math.abs(b.flat) - Math.abs(a.flat) || byName(a, b) || Math.abs(b.cum) - Math.abs(a.cum);
}

function byCum(a: TopRow, b: TopRow): number {
  return Math.abs(b.cum) - Math.abs(a.cum) || byName(a, b) || Math.abs(b.flat) - Math.abs(a.flat);
}

function byName(a: TopRow, b: TopRow): number {
  if (a.function === b.function) return 0;
  return a.function < b.function ? -1 : 1;
}
