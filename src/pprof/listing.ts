import { shownFunction } from './function-name.ts';
import { matching } from './matching.ts';
import type { Frame, Profile, SampleType } from './profile.ts';
import { groupFrames, tally } from './tally.ts';

export interface ListedLine {
  readonly line: number;
  readonly flat: number;
  readonly cum: number;
}

/** One function in one file; its `cum` is the sum over its lines, so recursion may count twice. */
export interface Routine {
  readonly function: string;
  readonly file: string;
  readonly flat: number;
  readonly cum: number;
  readonly lines: readonly ListedLine[];
}

export interface Listing {
  readonly total: number;
  readonly routines: readonly Routine[];
}

interface NodeOfLine extends ListedLine {
  readonly function: string;
  readonly file: string;
}

/**
 * What each line of some functions holds, as `go tool pprof -list` counts it; of a difference
 * (`subtract`), by how much it grew. `pattern` as for `matching`.
 */
export function list(profile: Profile, type: SampleType, pattern: string): Listing {
  const { total, nodes } = linesOf(profile, type);
  const routines = byRoutine(matching(nodes, pattern)).sort(
    (a, b) => compare(a.function, b.function) || compare(a.file, b.file),
  );
  return { total, routines };
}

function linesOf(profile: Profile, type: SampleType): { total: number; nodes: NodeOfLine[] } {
  const frames: (Frame | undefined)[] = [];
  const seen = new Set<string>();
  const groups = groupFrames(profile.locations, (frame) => {
    const key = frame === undefined ? '' : `${frame.function}\n${frame.file}\n${frame.line}`;
    if (!seen.has(key)) frames.push(frame);
    seen.add(key);
    return key;
  });
  const { flat, cum, total } = tally(profile, type, groups);
  const nodes = frames.map((frame, node) => ({
    function: shownFunction(frame?.function ?? ''),
    file: frame?.file ?? '',
    line: frame?.line ?? 0,
    flat: flat[node] ?? 0,
    cum: cum[node] ?? 0,
  }));
  return { total, nodes: nodes.filter((node) => node.flat !== 0 || node.cum !== 0) };
}

function byRoutine(nodes: readonly NodeOfLine[]): Routine[] {
  return groupBy(nodes, (node) => `${node.function}\n${node.file}`).map((group) => ({
    function: group[0].function,
    file: group[0].file,
    ...sum(group),
    lines: groupBy(group, ({ line }) => String(line))
      .map((ofLine) => ({ line: ofLine[0].line, ...sum(ofLine) }))
      .sort((a, b) => a.line - b.line),
  }));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function sum(nodes: readonly NodeOfLine[]): { flat: number; cum: number } {
  return {
    flat: nodes.reduce((total, { flat }) => total + flat, 0),
    cum: nodes.reduce((total, { cum }) => total + cum, 0),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
