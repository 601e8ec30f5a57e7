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
      return [reading(ABOVE[before.mode]), decision(pace.intervalMs)];
    case 'blind':
      return [reading('')];
    case 'normal':
      return normal(before, reading, () => decision(pace.baselineIntervalMs));
    case 'starting':
      return [];
  }
}

/** What was not looked at before may have been above the trigger all along. */
const ABOVE: Readonly<Record<Trigger['mode'], string>> = {
  normal: 'memory passed the trigger: ',
  triggered: '',
  starting: 'heapwarden began to watch, and memory is above the trigger: ',
  blind: 'memory is told again, and is above the trigger: ',
};

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
