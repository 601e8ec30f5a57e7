import type { Alarm } from './alarm.ts';
import { passesAll } from './criteria.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import { sharpened } from './live-heap.ts';
import type { LiveGrowthOver } from './live-growth.ts';
import type { OriginOf } from './origin.ts';
import { measureTrend } from './trend.ts';

/** So much of what a part grew by grew on stacks through the whole. */
const MOST = 0.7;

/**
 * The function that calls another one for its own growth, and allocates more of that itself: a session
 * with a cart in it. It is one growth, and the larger part of it says better whether that goes on: where
 * the whole comes to a stop, its part, with fewer samples, may still look like a leak. `undefined` where
 * there is none, or where it is a suspect too.
 */
export function stoppedWhole(
  epoch: Epoch,
  { function: part, trend: { window, growthBytes }, isProven = false }: Alarm,
  { origin, live }: { readonly origin: OriginOf; readonly live: LiveGrowthOver },
): string | undefined {
  const stacks = grownStacks(epoch, window);
  const isLibrary = (name: string): boolean => ['standard', 'runtime'].includes(origin(name));
  const larger = [...stacks.growthOfThemselves(isLibrary)].filter(
    ([name, bytes]) => name !== part && bytes >= growthBytes,
  );
  if (larger.length === 0) return undefined;
  const least = Math.max(1, MOST * stacks.through(part).growthBytes());
  const growthOfCaller = stacks.growthOfCallers(part);
  return larger
    .map(([name]) => name)
    .find((name) => {
      const history = growthOfCaller(name) >= least ? epoch.functions.get(name) : undefined;
      const trend = history && measureTrend({ axis: epoch.axis, history }, window, 1);
      return trend !== undefined && !passesAll(sharpened(live, trend), isProven);
    });
}
