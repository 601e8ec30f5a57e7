import { ProfileError } from '../pprof/profile.ts';
import type { Comparison, ProfilePair, View } from './comparison.ts';
import { compareProfiles, differenceOf } from './comparison.ts';
import type { FunctionGrowth, GrowthQuestion } from './function-growth.ts';
import { functionGrowth } from './function-growth.ts';
import type { Rasteriser } from './png.ts';
import { loadRasteriser } from './png.ts';

/** What the threads beside the event loop do; each entry is run by its name. */

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string };

export interface CompareTask extends ProfilePair {
  readonly view: View;
}

export interface PngTask {
  readonly svg: string;
  readonly width: number;
}

export function compare({ view, ...pair }: CompareTask): Outcome<Comparison> {
  return orRefused(() => compareProfiles(pair, view));
}

export function difference(pair: ProfilePair): Outcome<Uint8Array> {
  return orRefused(() => differenceOf(pair));
}

export function growth(question: GrowthQuestion): Outcome<readonly FunctionGrowth[]> {
  return orRefused(() => functionGrowth(question));
}

let rasteriser: Promise<Rasteriser> | undefined;

export async function png({ svg, width }: PngTask): Promise<Uint8Array> {
  // Loaded by the first picture and kept by the thread, which dies when it has nothing to do.
  rasteriser ??= loadRasteriser();
  return (await rasteriser).draw(svg, width);
}

/** An error loses its class on the way between threads. */
function orRefused<T>(work: () => T): Outcome<T> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    if (error instanceof ProfileError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}
