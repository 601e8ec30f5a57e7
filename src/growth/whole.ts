import type { Alarm } from './alarm.ts';
import { passesAll } from './criteria.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import type { GrownStack } from './grown-stacks.ts';
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
  const larger = [...growthOfThemselves(stacks, origin)].filter(
    ([name, bytes]) => name !== part && bytes >= growthBytes,
  );
  if (larger.length === 0) return undefined;
  const callers = callersOf(part, stacks);
  return larger
    .map(([name]) => name)
    .find((name) => {
      const history = callers.has(name) ? epoch.functions.get(name) : undefined;
      const trend = history && measureTrend({ axis: epoch.axis, history }, window, 1);
      return trend !== undefined && !passesAll(sharpened(live, trend), isProven);
    });
}

/** What each function allocates itself of what grew, or by the library alone. */
function growthOfThemselves(
  stacks: readonly GrownStack[],
  origin: OriginOf,
): ReadonlyMap<string, number> {
  const growth = new Map<string, number>();
  for (const { stack, growthBytes } of stacks) {
    const name = stack.functions.find((each) => !['standard', 'runtime'].includes(origin(each)));
    if (name !== undefined) growth.set(name, (growth.get(name) ?? 0) + growthBytes);
  }
  return growth;
}

/** Through which most of it grew. */
function callersOf(part: string, stacks: readonly GrownStack[]): ReadonlySet<string> {
  const growth = new Map<string, number>();
  let all = 0;
  for (const { stack, growthBytes } of stacks) {
    const at = stack.functions.indexOf(part);
    if (at < 0) continue;
    all += growthBytes;
    for (const name of new Set(stack.functions.slice(at + 1)))
      growth.set(name, (growth.get(name) ?? 0) + growthBytes);
  }
  return new Set([...growth].filter(([, bytes]) => bytes >= MOST * all).map(([name]) => name));
}
