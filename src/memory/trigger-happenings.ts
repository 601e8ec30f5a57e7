import { formatDuration } from '../config/units.ts';
import type { Happening } from './target-record.ts';
import type { Trigger } from './trigger.ts';

interface Pace {
  /** When the newest observation was made, Unix milliseconds. */
  readonly at: number;
  readonly intervalMs: number;
  readonly baselineIntervalMs: number;
}

/** What one step of the trigger adds to the story of its target: nothing where the mode stays. */
export function happeningsOf(before: Trigger, now: Trigger, pace: Pace): readonly Happening[] {
  if (now.mode === before.mode) return [];
  const { at } = pace;
  const { reason } = now.decision;
  const reading = (words: string): Happening => ({ at, kind: 'reading', reason: words + reason });
  const decision = (everyMs: number): Happening => {
    const every = formatDuration(everyMs);
    return {
      at,
      kind: 'decision',
      reason: `a heap profile is captured every ${every} from now on`,
    };
  };
  switch (now.mode) {
    case 'triggered':
      return [reading('memory passed the trigger: '), decision(pace.intervalMs)];
    case 'blind':
      return [reading('')];
    case 'normal':
      return normal(before, reading, () => decision(pace.baselineIntervalMs));
    case 'starting':
      return [];
  }
}

/** That all is normal at the start is no news. */
function normal(
  { mode }: Trigger,
  reading: (words: string) => Happening,
  decision: () => Happening,
): readonly Happening[] {
  if (mode === 'starting') return [];
  if (mode === 'blind') return [reading('memory is told again: ')];
  return [reading('memory is below the trigger again: '), decision()];
}
