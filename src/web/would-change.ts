import { formatBytes, formatDuration } from '../config/units.ts';
import type { TestOutcome, Verdict } from '../growth/verdict.ts';
import { URGENT_MS } from '../incident/urgency.ts';
import { mayHaveProfiles } from './pace.ts';
import type { TargetStatus } from './status.ts';

/** A verdict with what would turn it, and each test that it stands on, around. */
export interface ExplainedVerdict extends Omit<Verdict, 'tests'> {
  readonly wouldChange: string;
  readonly tests: readonly (TestOutcome & { readonly wouldChange: string | undefined })[];
}

export function explainVerdict(target: TargetStatus): ExplainedVerdict | undefined {
  const { verdict } = target;
  if (verdict === undefined) return undefined;
  const tests = verdict.tests.map((test) => ({ ...test, wouldChange: testWouldChange(test) }));
  const wouldChange = afterReadings(target, stateWouldChange(verdict, target));
  return { ...verdict, wouldChange, tests };
}

/** Nothing changes without them. */
function afterReadings({ unread }: TargetStatus, words: string): string {
  return unread === undefined ? words : `readings of it again, and then: ${words}`;
}

/** Of a target that was never judged. */
export function startWouldChange(target: TargetStatus): string {
  const { capture } = target;
  if (capture?.kind === 'failed')
    return afterReadings(target, `a capture that works; the last one failed: ${capture.message}`);
  return afterReadings(target, mayHaveProfiles(target) ? 'a profile' : 'the first profile');
}

const TESTS: ReadonlyMap<string, { readonly met: string; readonly notMet: string }> = new Map([
  [
    'growth',
    {
      met: 'the floor falling back to within the noise of sampling',
      notMet: 'the floor growing further, beyond the noise of sampling',
    },
  ],
  [
    'persistence',
    {
      met: 'a fall, or blocks of profiles without a rise',
      notMet: 'rising on from block to block without a fall',
    },
  ],
  [
    'saturation',
    {
      met: 'the growth slowing down or stopping',
      notMet: 'the growth going on at its earlier rate',
    },
  ],
  [
    'traffic',
    {
      met: 'allocation growing as much as what is held',
      notMet: 'growing beyond what the rise of allocation explains',
    },
  ],
  [
    'turnover',
    {
      met: 'more than half of what came going again',
      notMet:
        'most of what comes staying, or the growth going on long after the start of the process',
    },
  ],
  [
    'live heap',
    {
      met: 'the live heap, as readings tell it, levelling off or not growing with it',
      notMet: 'the live heap growing with it, and going on',
    },
  ],
]);

function testWouldChange({ name, passed }: TestOutcome): string | undefined {
  const words = TESTS.get(name);
  return passed ? words?.met : words?.notMet;
}

function stateWouldChange({ state, freshInEpoch }: Verdict, target: TargetStatus): string {
  const { detection } = target;
  switch (state) {
    case 'insufficient':
      return missingProfiles(freshInEpoch, target);
    case 'quiet':
      return leastGrowth(detection);
    case 'growing':
      return 'every test being met at two fresh profiles running, at more in older processes, makes it a suspect; the growth falling back into noise makes it quiet';
    case 'suspect':
      return `${confirmation(detection)}; a test that is not met any more makes it growing`;
    case 'leak':
      return 'a test that is not met any more makes it growing; the incident ends when its function has not grown for as many fresh profiles as make a verdict';
  }
}

function missingProfiles(fresh: number, { detection, capture }: TargetStatus): string {
  if (detection === undefined) return 'more fresh profiles of the running process';
  const missing = Math.max(1, detection.minProfiles - fresh);
  const isStale = capture?.kind === 'saved' && !capture.profile.fresh;
  const why = isStale ? '; the last one was not, for no GC had come since the one before' : '';
  return `${missing} more fresh ${missing === 1 ? 'profile' : 'profiles'} of the running process${why}`;
}

function leastGrowth(detection: TargetStatus['detection']): string {
  const least = detection === undefined ? '' : ` by ${formatBytes(detection.minGrowthBytes)} and`;
  return `the floor of a function growing${least} beyond the noise of sampling makes it growing`;
}

function confirmation(detection: TargetStatus['detection']): string {
  const over = detection === undefined ? '' : ` over ${detection.confirmProfiles} profiles`;
  const soon = formatDuration(URGENT_MS);
  return `the same${over} makes it a leak, and so does a limit that may be reached within ${soon} or, near it, before there can be more profiles, or replicas and earlier processes that levelled off below it`;
}
