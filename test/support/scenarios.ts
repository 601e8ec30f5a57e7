import { createRandom } from './heap-simulator.ts';
import type { Random, Site } from './heap-simulator.ts';

const MIB = 2 ** 20;
const ROOT = ['net/http.(*conn).serve'];
const HANDLER = [
  'example.com/shop/api.(*Server).ServeHTTP',
  'net/http.serverHandler.ServeHTTP',
  ...ROOT,
];
const FOREVER = (): number => Infinity;

/** Traffic by profile, 1 on average. */
export type Traffic = (step: number) => number;
export const STEADY: Traffic = () => 1;

/** Traffic that wanders: correlated over some 20 profiles, with a standard deviation of a quarter. */
export function wandering(seed: number, deviation = 0.25, memory = 20): Traffic {
  const random = createRandom(seed + 77_777);
  const keep = Math.exp(-1 / memory);
  const path = [random.normal()];
  return (step) => {
    while (path.length <= step) {
      path.push(keep * (path.at(-1) ?? 0) + Math.sqrt(1 - keep * keep) * random.normal());
    }
    return Math.exp(deviation * (path[step] ?? 0) - (deviation * deviation) / 2);
  };
}

function site(
  name: string,
  { size, mib, life }: { size: number; mib: (step: number) => number; life: Site['life'] },
): Site {
  return {
    stack: [name, ...HANDLER],
    size,
    rate: (step) => (mib(step) * MIB) / size,
    life,
  };
}

/** What every service does besides: garbage of many sizes, standing data, caches that turn over. */
export function background(traffic: Traffic = STEADY): readonly Site[] {
  const garbage = Array.from({ length: 20 }, (_, index) =>
    site(`example.com/shop/work${index}.Run`, {
      size: 32 * 2 ** (index % 10),
      mib: (step) => (20 + 10 * index) * traffic(step),
      life: (random) => random.exponential(0.02),
    }),
  );
  const standing = Array.from({ length: 20 }, (_, index) =>
    site(`example.com/shop/load${index}.init`, {
      size: 64 * 2 ** (index % 12),
      mib: (step) => (step === 0 ? 1 + index : 0),
      life: FOREVER,
    }),
  );
  const caches = Array.from({ length: 10 }, (_, index) =>
    steadyCache(`example.com/shop/cache${index}.Put`, 4 * 2 ** (index % 6), 3 + 5 * index),
  );
  const inFlight = Array.from({ length: 10 }, (_, index) =>
    site(`example.com/shop/request${index}.Read`, {
      size: 512 * 2 ** (index % 8),
      mib: (step) => (1 + 4 * index) * traffic(step),
      life: (random) => random.exponential(0.5),
    }),
  );
  return [...garbage, ...standing, ...caches, ...inFlight];
}

/** Full from the first profile on, `mib` in all, an object living `life` profiles on average. */
export function steadyCache(name: string, mib: number, life: number): Site {
  return site(name, {
    size: 1024,
    mib: (step) => (step === 0 ? mib : mib / life),
    life: (random) => random.exponential(life),
  });
}

/** Keeps `mib` MiB a profile for ever, from profile `from` on. */
export function leak(name: string, mib: number, { from = 0, size = 256 } = {}): Site {
  return site(name, { size, mib: (step) => (step < from ? 0 : mib), life: FOREVER });
}

/** Keeps a share of what it allocates: the rest is garbage or lives for a while. */
export function leakyCache(
  name: string,
  mib: number,
  { share, life }: { readonly share: number; readonly life: number },
): Site {
  return site(name, {
    size: 512,
    mib: () => mib,
    life: (random) => (random.next() < share ? Infinity : random.exponential(life)),
  });
}

/** Fills at an even pace for `filling` profiles and then drops the oldest: an LRU or a TTL cache. */
export function fillingCache(name: string, mib: number, filling: number): Site {
  return site(name, { size: 2048, mib: () => mib / filling, life: () => filling });
}

/** A finite set of keys: each miss fills one, so fewer and fewer are missed. */
export function warmingCache(name: string, mib: number, tau: number): Site {
  return site(name, {
    size: 1024,
    mib: (step) => (mib / tau) * Math.exp(-step / tau),
    life: FOREVER,
  });
}

/** Grows for `period` profiles and lets all go at once. */
export function batch(name: string, mib: number, period: number): Site {
  return site(name, {
    size: 4096,
    mib: () => mib / period,
    life: (random, step) => period - (step % period) + random.next() * 0.01,
  });
}

/** In use as the traffic has it: an object lives `life` profiles on average. */
export function sessions(
  name: string,
  mib: number,
  { life, traffic }: { readonly life: number; readonly traffic: Traffic },
): Site {
  return site(name, {
    size: 4096,
    mib: (step) => (step === 0 ? mib : (mib / life) * traffic(step)),
    life: (random) => random.exponential(life),
  });
}

/** Now and then `mib` at once, for some profiles. */
export function bursts(name: string, mib: number, seed: number): Site {
  const random = createRandom(seed + 4_242);
  const chosen = new Set<number>();
  for (let step = 5; step < 2_000; step += Math.ceil(random.exponential(25))) chosen.add(step);
  return site(name, {
    size: 8192,
    mib: (step) => (chosen.has(step) ? mib : 0),
    life: (dice) => dice.exponential(2),
  });
}

export function oneOff(name: string, mib: number, at: number): Site {
  return site(name, { size: 1024, mib: (step) => (step === at ? mib : 0), life: FOREVER });
}

/** Built anew every `period` profiles; the old one goes when the new one stands. */
export function reload(name: string, mib: number, period: number): Site {
  return site(name, {
    size: 1024,
    mib: (step) => (step % period === 0 ? mib : 0),
    life: (random: Random) => period + random.next() * 0.5,
  });
}

/**
 * A map that gets `mib` MiB of entries a profile and never loses one: its table doubles, and the old
 * one goes soon after. Two sites below one function.
 */
export function growingMap(name: string, mib: number, profiles: number): readonly Site[] {
  const stack = [name, ...HANDLER];
  const tables: Site[] = [];
  for (let size = MIB / 4, at = 0; at < profiles; size *= 2) {
    const next = (2 * size) / (mib * MIB * 0.5);
    const [born, dies] = [Math.round(at), Math.round(next) + 1];
    tables.push({
      stack,
      size,
      exact: true,
      rate: (step) => (step === born ? 1 : 0),
      life: () => dies - born + 0.5,
    });
    at = next;
  }
  return [site(name, { size: 96, mib: () => mib / 2, life: FOREVER }), ...tables];
}
