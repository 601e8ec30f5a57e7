import { windowBefore } from './blocks.ts';
import type { Axis } from './cells.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import { samplingVariance, sixFloors } from './floors.ts';

/** What processes levelled off at, bytes by function. */
export type Plateaus = ReadonlyMap<string, number>;

/** Fewer fresh profiles show no level. */
const MIN_PROFILES = 48;
const LEVEL_FACTOR = 1.15;
const LEVEL_Z = 3;
const MIN_BYTES = 2 ** 20;
/** The largest are kept. */
const MAX_PLATEAUS = 500;

/**
 * What a process that ended levelled off at, function by function, added to what is known of those
 * before it. A level: the floor of the last third of its life is no more than 15% above that of the
 * middle third, and that much is within the noise of sampling: what leaks slowly beside much that stays
 * would else pass for full, and replicas that leak alike would hold each other back. Of two processes the
 * higher level counts; one that did not level off takes nothing back.
 */
export function withPlateaus(known: Plateaus, { axis, fresh, functions }: Epoch): Plateaus {
  if (fresh < MIN_PROFILES) return known;
  const plateaus = new Map(known);
  for (const [name, history] of functions) {
    const level = levelOf(axis, history);
    if (level >= MIN_BYTES) plateaus.set(name, Math.max(level, known.get(name) ?? 0));
  }
  return largest(plateaus);
}

/** As many as are kept. */
export function largest(plateaus: Plateaus): Plateaus {
  if (plateaus.size <= MAX_PLATEAUS) return plateaus;
  return new Map([...plateaus].sort(([, a], [, b]) => b - a).slice(0, MAX_PLATEAUS));
}

/** 0 where it did not level off. */
function levelOf(axis: Axis, history: FunctionHistory): number {
  const window = windowBefore(
    axis,
    axis.count,
    axis.profiles.reduce((sum, each) => sum + each, 0),
  );
  const six = window && sixFloors({ axis, history }, window);
  if (six === undefined) return 0;
  const middle = Math.max(six[2].bytes, six[3].bytes);
  const last = Math.max(six[4].bytes, six[5].bytes);
  if (last > LEVEL_FACTOR * middle) return 0;
  const noise = Math.sqrt(samplingVariance({ axis, history }, six[2], six[5]));
  return six[5].bytes - six[2].bytes > LEVEL_Z * noise ? 0 : Math.max(middle, last);
}
