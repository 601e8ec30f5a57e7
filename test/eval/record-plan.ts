import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const entry = z.object({
  file: z.string(),
  /** `fleet`, or the folder of test/eval/modules that has the program. */
  program: z.string(),
  case: z.string(),
  kind: z.enum(['leak', 'healthy', 'ambiguous']),
  /** Thresholds are tuned on `dev` and reported on `test`. */
  split: z.enum(['dev', 'test']),
  go: z.string(),
  seed: z.number(),
  polls: z.number(),
  rate: z.number(),
  onset: z.number(),
  traffic: z.string(),
  gogc: z.number(),
  memoryLimit: z.number(),
  profileRate: z.number(),
});

/** One series of the corpus: how it is recorded and which side of the split it is on. */
export type PlannedSeries = z.infer<typeof entry>;

export const manifest = z.object({ splitSeed: z.number(), series: z.array(entry) });

export type Manifest = z.infer<typeof manifest>;

export const CORPUS = join(import.meta.dirname, '../../../test/eval/corpus');
export const MODULES = join(CORPUS, '../modules');
export const FIXTURES = join(import.meta.dirname, '../../../fixtures/eval');
export const MANIFEST = join(CORPUS, 'manifest.json');

export interface ListedCase {
  readonly name: string;
  readonly kind: PlannedSeries['kind'];
}

/** Outgrows its GOMEMLIMIT, and from then on collects garbage and does little else. */
const ENDLESS = 'leak-in-churn-512k-104.series';

type Side = 'dev' | 'test' | 'both';

export const FLEET = 'fleet';

/** Programs on real modules: with a version that leaks, and with the one that fixed it. */
export const PAIRS = [
  'ants-ticktock',
  'gcache-remove',
  'memdb-watch',
  'otelhttp-method',
  'promhttp-method',
  'sessions-context',
] as const;

/** The case of a program of `PAIRS` when it is built with the fixed version. */
export function isFixed(name: string): boolean {
  return name.endsWith('-fixed');
}

/** Drawn once, before any tuning; another seed would be another split. */
const SPLIT_SEED = 20261122;
const KIB = 1024;
const RATE = 128 * KIB;
const GO = ['1.26', '1.24', '1.22', '1.19'] as const;
const TRAFFIC = ['noisy', 'flat', 'diurnal', 'noisy', 'ramp', 'noisy', 'stop-and-go'] as const;

/**
 * Plans the series of all cases. A third of the cases of a kind is only in `dev`, a third only in
 * `test`, and a third in both with other seeds, so that `test` holds behaviour nobody tuned on.
 */
export function plan(cases: readonly ListedCase[]): Manifest {
  const sides = splitCases(cases);
  const series = cases.flatMap((each, index) => {
    const side = sides.get(each.name) ?? 'both';
    const halves = side === 'both' ? (['dev', 'test'] as const) : [side];
    return halves.flatMap((split) => planCase(each, { split, index }));
  });
  // The first series of every case come first, so that an unfinished recording misses no case.
  const ordered = [...series, ...PAIRS.flatMap(planPair)]
    .filter(({ file }) => file !== ENDLESS)
    .toSorted((a, b) => (a.seed % 100) - (b.seed % 100));
  return { splitSeed: SPLIT_SEED, series: ordered };
}

function splitCases(cases: readonly ListedCase[]): ReadonlyMap<string, Side> {
  const sides = new Map<string, Side>();
  const random = mulberry32(SPLIT_SEED);
  for (const kind of ['leak', 'healthy', 'ambiguous']) {
    const names = cases.filter((each) => each.kind === kind).map(({ name }) => name);
    shuffle(names.toSorted(), random).forEach((name, i) => {
      sides.set(name, i % 3 === 0 ? 'dev' : i % 3 === 1 ? 'test' : 'both');
    });
  }
  return sides;
}

interface Place {
  readonly split: 'dev' | 'test';
  readonly index: number;
}

interface Variant {
  readonly rate?: number;
  readonly onset?: number;
  readonly polls?: number;
  /** With Go's defaults and everyday traffic. */
  readonly isPlain?: boolean;
}

/** Settings of the runtime, taken in turn; the first series of a case always has Go's defaults. */
const SETTINGS = [
  { gogc: 100, memoryLimit: 0, profileRate: 512 * KIB },
  { gogc: 50, memoryLimit: 0, profileRate: 512 * KIB },
  { gogc: 100, memoryLimit: 0, profileRate: 512 * KIB },
  { gogc: 400, memoryLimit: 512 * KIB * KIB, profileRate: 512 * KIB },
  { gogc: 100, memoryLimit: 0, profileRate: 64 * KIB },
] as const;

/** The first one is plain; most others vary size, onset, traffic, Go and its settings. */
function planCase(each: ListedCase, place: Place): PlannedSeries[] {
  return variants(each).map((variant, i) => {
    const turn = 3 * place.index + 2 * i + (place.split === 'test' ? 1 : 0);
    const seed = 1 + i + (place.split === 'test' ? 100 : 0);
    const { rate = RATE, onset = 0, polls = 300, isPlain = i === 0 } = variant;
    return {
      file: `${each.name}-${rate / KIB}k-${seed}.series`,
      program: FLEET,
      case: each.name,
      kind: each.kind,
      split: place.split,
      go: take(GO, turn),
      seed,
      polls,
      rate,
      onset,
      traffic: take(TRAFFIC, isPlain ? 0 : turn),
      ...take(SETTINGS, isPlain ? 0 : turn),
    };
  });
}

/** Both sides of a pair are in the same split: what tells them apart must not have been tuned on one. */
function planPair(pair: string, index: number): PlannedSeries[] {
  const split = index % 3 === 0 ? 'dev' : 'test';
  const seed = split === 'test' ? 101 : 1;
  const briefly = Array.from({ length: BRIEF_SERIES }, (_, i) => ({
    ...BRIEF,
    seed: seed + 1 + i,
  }));
  return [{ rate: RATE, polls: 300, seed }, ...briefly].flatMap((variant) =>
    [pair, `${pair}-fixed`].map((name) => ({
      file: `${name}-${variant.rate / KIB}k-${variant.seed}.series`,
      program: pair,
      case: name,
      kind: isFixed(name) ? 'healthy' : 'leak',
      split,
      go: '1.26',
      seed: variant.seed,
      polls: variant.polls,
      rate: variant.rate,
      onset: 0,
      traffic: 'noisy',
      ...SETTINGS[0],
    })),
  );
}

function take<T>(turns: readonly [T, ...T[]], turn: number): T {
  return turns[turn % turns.length] ?? turns[0];
}

const LONG = new Set([
  'session-map',
  'slice-append',
  'error-path',
  'body-unclosed',
  'warm-up-quarter',
  'full-cache-64m',
  'diurnal-carts',
  'ttl-cache',
  'lru-linear',
]);

/**
 * Forty polls, and a rate at which a leak can be told in that time at all: a leak that sampling can tell in
 * that time, 80 sampled objects of it, beside what looks like one at the same size.
 */
export const BRIEF: Variant & { readonly polls: number; readonly rate: number } = {
  rate: 8 * RATE,
  polls: 40,
  isPlain: true,
};

/** One of so few polls turns on the chance of the sampling, so there are some of each case. */
const BRIEF_SERIES = 3;

function variants({ name, kind }: ListedCase): Variant[] {
  const long = LONG.has(name) ? [{ rate: RATE / 2, polls: 1000 }] : [];
  const briefly = Array<Variant>(BRIEF_SERIES).fill(BRIEF);
  if (kind === 'leak') {
    const late = { onset: 100 };
    return [{}, late, { rate: RATE / 2 }, { rate: 4 * RATE }, ...long, ...briefly];
  }
  const sizes = [{ rate: 2 * RATE }, { rate: 4 * RATE }, { rate: RATE / 2 }];
  return [{}, ...sizes, ...long, ...briefly];
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [items[i], items[j]];
    if (a === undefined || b === undefined) continue;
    items[i] = b;
    items[j] = a;
  }
  return items;
}

/** Chance that is the same everywhere: mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function writeManifest(cases: readonly ListedCase[]): Promise<void> {
  await writeFile(MANIFEST, `${JSON.stringify(plan(cases), undefined, 2)}\n`);
}
