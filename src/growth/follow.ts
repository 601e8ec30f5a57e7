import type { Alarm } from './alarm.ts';
import type { Window } from './blocks.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import { describeSuspect } from './suspect.ts';
import type { Suspect } from './verdict.ts';

interface Over {
  readonly alarm: Alarm | undefined;
  /** Where there is no alarm; one for all functions, for the stacks that grew over a window are sought once. */
  readonly life: Window | undefined;
}

/**
 * How one function grows by itself, whoever the growth of the process is laid at: a caller of two leaks
 * may be named for both. `undefined` where nothing in use is known of it.
 */
export function growthOf(epoch: Epoch, name: string, { alarm, life }: Over): Suspect | undefined {
  const history = epoch.functions.get(name);
  const window = alarm?.trend.window ?? life;
  if (history === undefined || window === undefined) return undefined;
  const all = grownStacks(epoch, window);
  const stacks = all.through(name);
  const stack = stacks.steepest();
  if (stack === undefined) return undefined;
  const share = stacks.growthBytes() / Math.max(1, all.growthBytes());
  const { level, z } = { level: alarm?.level ?? 0, z: alarm?.trend.z ?? 0 };
  const naming = { function: name, history, stack, level, levelOf: name, z };
  return describeSuspect(epoch, window, { ...naming, share: Math.min(1, Math.max(0, share)) });
}
