import type { Frame, Profile } from '../../src/pprof/profile.ts';

const MIB = 2 ** 20;
const START = 1_700_000_000_000;

export interface Drawing {
  /** Bytes of one object: small ones are sampled, from some MiB on nearly all are. */
  readonly size?: number;
  readonly periodBytes?: number;
  readonly everyMs?: number;
  readonly build?: { readonly file: string; readonly id: string };
}

interface Row {
  readonly stack: readonly (readonly string[])[];
  readonly inuseMib: readonly number[];
  readonly garbageMib: number;
}

/**
 * Profiles drawn as columns: a row for each stack, root first, with its MiB in use in one profile after
 * the other. `a..b/n` are n profiles from a to b in even steps, `a*n` is n times a, and `~g` at the end
 * is g MiB of garbage between two profiles. `caller+callee` in a stack is a callee inlined.
 *
 *     main.main;cart.Add     1..40/40
 *     main.main;http.Serve   50*40  ~100
 */
export function drawProfiles(text: string, drawing: Drawing = {}): readonly Profile[] {
  const rows = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(readRow);
  const length = Math.max(...rows.map(({ inuseMib }) => inuseMib.length));
  return Array.from({ length }, (_, at) => drawOne(rows, at, drawing));
}

function readRow(line: string): Row {
  const [stack = '', ...cells] = line.split(/\s+/);
  const garbage = cells.find((cell) => cell.startsWith('~'))?.slice(1) ?? '0';
  return {
    stack: stack.split(';').map((location) => location.split('+')),
    inuseMib: cells.filter((cell) => !cell.startsWith('~')).flatMap(readCell),
    garbageMib: Number(garbage),
  };
}

function readCell(cell: string): readonly number[] {
  const [, from, to, steps] = /^([\d.]+)\.\.([\d.]+)\/(\d+)$/.exec(cell) ?? [];
  if (from !== undefined && to !== undefined) {
    const last = Number(steps) - 1;
    const step = (Number(to) - Number(from)) / last;
    return Array.from({ length: last + 1 }, (_, at) => Number(from) + at * step);
  }
  const [value, times = '1'] = cell.split('*');
  if (!/^[\d.]+$/.test(value ?? '')) throw new Error(`not a number of MiB: ${cell}`);
  return Array.from({ length: Number(times) }, () => Number(value));
}

function drawOne(rows: readonly Row[], at: number, drawing: Drawing): Profile {
  const { size = 1024, periodBytes = 512 * 1024, everyMs = 60_000 } = drawing;
  const inuse = Float64Array.from(rows, (row) => (row.inuseMib[at] ?? 0) * MIB);
  const alloc = Float64Array.from(rows, (row) => allocatedMib(row, at) * MIB);
  return {
    ...layOut(rows.map(({ stack }) => stack.toReversed())),
    timeMs: START + at * everyMs,
    durationMs: 0,
    periodBytes,
    build: drawing.build ?? { file: '/app/shop', id: 'build-1' },
    values: {
      alloc_objects: alloc.map((bytes) => Math.round(bytes / size)),
      alloc_space: alloc,
      inuse_objects: inuse.map((bytes) => Math.round(bytes / size)),
      inuse_space: inuse,
    },
    size: new Float64Array(rows.length).fill(size),
  };
}

function allocatedMib({ inuseMib, garbageMib }: Row, at: number): number {
  let sum = inuseMib[0] ?? 0;
  for (let step = 1; step <= at; step++) {
    sum += Math.max(0, (inuseMib[step] ?? 0) - (inuseMib[step - 1] ?? 0)) + garbageMib;
  }
  return sum;
}

/** Locations for stacks, leaf first; each location lists its functions caller first, as drawn. */
export function layOut(
  stacks: readonly (readonly (readonly string[])[])[],
): Pick<Profile, 'sampleCount' | 'stackStart' | 'stackLocations' | 'locations'> {
  const indexOf = new Map<string, number>();
  const lineOf = new Map<string, number>();
  const frames: Frame[][] = [];
  const frame = (name: string): Frame => {
    const line = lineOf.get(name) ?? lineOf.size + 1;
    lineOf.set(name, line);
    return { function: name, file: `/src/${name.split('/').at(-1)?.split('.')[0]}.go`, line };
  };
  const starts = [0];
  const entries: number[] = [];
  const location = (names: readonly string[]): number => {
    const key = names.join('+');
    const index = indexOf.get(key) ?? frames.length;
    if (index === frames.length) frames.push(names.toReversed().map(frame));
    indexOf.set(key, index);
    return index;
  };
  for (const stack of stacks) {
    entries.push(...stack.map(location));
    starts.push(entries.length);
  }
  return {
    sampleCount: stacks.length,
    stackStart: Uint32Array.from(starts),
    stackLocations: Uint32Array.from(entries),
    locations: frames.map((each) => ({ frames: each })),
  };
}
