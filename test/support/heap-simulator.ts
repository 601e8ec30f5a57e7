import type { Profile } from '../../src/pprof/profile.ts';
import { layOut } from './drawn-profiles.ts';
import { seededRandom } from './random.ts';

/** A place that allocates: leaf first, as profiles have it. */
export interface Site {
  readonly stack: readonly string[];
  /** Bytes of one object. */
  readonly size: number;
  /** Objects allocated between two profiles, by the number of the profile: 0 for the first. */
  readonly rate: (step: number) => number;
  /** Exactly as many as `rate` says, for what is rare and large; else they come by chance (Poisson). */
  readonly exact?: boolean;
  /** How many profiles an object lives; Infinity: for ever. `step`: when it was allocated. */
  readonly life: (random: Random, step: number) => number;
}

export interface Random {
  /** From 0 to 1. */
  next(): number;
  exponential(mean: number): number;
  poisson(mean: number): number;
  normal(): number;
}

export interface Simulation {
  readonly sites: readonly Site[];
  readonly profiles: number;
  readonly seed: number;
  readonly periodBytes?: number;
  readonly everyMs?: number;
}

const PERIOD = 512 * 1024;

export function createRandom(seed: number): Random {
  const next = seededRandom(Math.imul(seed + 1, 0x9e3779b1));
  const exponential = (mean: number): number => -mean * Math.log(1 - next());
  const normal = (): number => Math.sqrt(exponential(2)) * Math.cos(2 * Math.PI * next());
  const poisson = (mean: number): number => {
    if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = 0;
    for (let sum = exponential(1); sum < mean; sum += exponential(1)) count++;
    return count;
  };
  return { next, exponential, poisson, normal };
}

/**
 * The heap profiles of a process, one object at a time: each is sampled or not when it is allocated,
 * with p = 1 − e^(−size/period), and stays so for its life, as in the Go runtime. Only the sampled ones
 * are carried, for the others leave no trace. Values are scaled up and cut to whole numbers as by
 * runtime/pprof/protomem.go.
 */
export function* simulate(simulation: Simulation): Generator<Profile> {
  const { sites, profiles, seed, periodBytes = PERIOD, everyMs = 60_000 } = simulation;
  const random = createRandom(seed);
  const states = sites.map((site) => {
    const p = -Math.expm1(-site.size / periodBytes);
    return { site, p, allocated: 0, live: 0, deaths: new Map<number, number>() };
  });
  const layout = layOut(sites.map(({ stack }) => stack.map((name) => [name])));
  for (let step = 0; step < profiles; step++) {
    for (const state of states) {
      state.live -= state.deaths.get(step) ?? 0;
      state.deaths.delete(step);
      const born = sampledBirths(state, step, random);
      state.allocated += born;
      bear(state, { born, step }, random);
    }
    yield {
      ...layout,
      timeMs: 1_700_000_000_000 + step * everyMs,
      durationMs: 0,
      periodBytes,
      build: { file: '/app/shop', id: 'build-1' },
      values: {
        alloc_objects: column(states, ({ allocated, p }) => Math.floor(allocated / p)),
        alloc_space: column(states, ({ allocated, p, site }) =>
          Math.floor((allocated * site.size) / p),
        ),
        inuse_objects: column(states, ({ live, p }) => Math.floor(live / p)),
        inuse_space: column(states, ({ live, p, site }) => Math.floor((live * site.size) / p)),
      },
      size: column(sites, ({ size }) => size),
    };
  }
}

/** Sampled objects that are gone before the next profile leave no trace but their allocation. */
function bear(
  state: { readonly site: Site; readonly deaths: Map<number, number>; live: number },
  { born, step }: { readonly born: number; readonly step: number },
  random: Random,
): void {
  for (let object = 0; object < born; object++) {
    const end = Math.ceil(step + random.next() - 1 + state.site.life(random, step));
    if (end <= step) continue;
    state.live++;
    if (Number.isFinite(end)) state.deaths.set(end, (state.deaths.get(end) ?? 0) + 1);
  }
}

function sampledBirths(
  { site, p }: { readonly site: Site; readonly p: number },
  step: number,
  random: Random,
): number {
  const objects = site.rate(step);
  if (site.exact !== true) return random.poisson(objects * p);
  return Array.from({ length: objects }, () => random.next() < p).filter(Boolean).length;
}

function column<T>(items: readonly T[], value: (item: T) => number): Float64Array {
  return Float64Array.from(items, value);
}
