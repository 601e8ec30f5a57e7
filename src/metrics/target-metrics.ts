import type { Suspect, VerdictState } from '../growth/verdict.ts';
import type { GrowthShare } from '../kind/kind-verdict.ts';
import { GROWTH_KINDS } from '../memory/growth-kind.ts';
import type { Reading } from '../memory/reading.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Instruments } from './instruments.ts';

/** The state of the newest verdict; `blind` where no reading came for a while, whatever was found before. */
export type TargetState = VerdictState | 'blind';

const STATES: readonly TargetState[] = [
  'insufficient',
  'quiet',
  'growing',
  'suspect',
  'leak',
  'blind',
];

const MEMORY_KINDS: readonly (readonly [string, (reading: Reading) => number | undefined])[] = [
  ['rss', ({ rssBytes }) => rssBytes],
  ['go_total', goTotal],
  ['heap_inuse', ({ heapInuseBytes }) => heapInuseBytes],
  ['heap_alloc', ({ heapAllocBytes }) => heapAllocBytes],
  ['heap_idle', ({ heapIdleBytes }) => heapIdleBytes],
  ['heap_released', ({ heapReleasedBytes }) => heapReleasedBytes],
  ['stack_inuse', ({ stackInuseBytes }) => stackInuseBytes],
  ['profiler', ({ profilerBytes }) => profilerBytes],
  ['next_gc', ({ nextGcBytes }) => nextGcBytes],
];

const SUSPECTS_SHOWN = 3;
const FUNCTION_LENGTH = 200;

/** What is said of targets; all of it goes when the target is forgotten. */
export function targetMetrics(make: Instruments, clock: Clock) {
  const up = make.gauge(
    'target_up',
    'Whether the last reading of the target succeeded (1) or not (0).',
    ['target'],
  );
  const state = make.gauge(
    'target_state',
    'State of the target: 1 for the one it is in, 0 for the others.',
    ['target', 'state'],
  );
  const limit = make.gauge(
    'target_memory_limit_bytes',
    'Memory limit of the target: the configured one, else the GOMEMLIMIT it tells; absent without one.',
    ['target'],
  );
  const whenScraped = latestBy(make);
  const targetMemory = whenScraped(memoryGauge(make));
  const { suspects, forgetSuspects } = suspectGauge(make);
  const growth = whenScraped(growthGauge(make));
  const limitReached = timeLeftGauge(make, clock);
  return {
    targetUp: whenScraped((target: string, isUp: boolean): void =>
      up.set({ target }, isUp ? 1 : 0),
    ),
    targetState: whenScraped((target: string, current: TargetState): void => {
      for (const name of STATES) state.set({ target, state: name }, name === current ? 1 : 0);
    }),
    /** `undefined` takes the figures away: a memory that cannot be read now is not shown as if it were. */
    targetMemory,
    limit: whenScraped((target: string, bytes: number | undefined): void => {
      if (bytes === undefined) limit.remove({ target });
      else limit.set({ target }, bytes);
    }),
    /** How the growth of the target's memory divides by kind; kinds that did not grow are 0. */
    growth,
    suspects,
    limitReached,
    /** Removes every series of a target that is watched no more. */
    forgetTarget: (target: string): void => {
      whenScraped.forget(target);
      up.remove({ target });
      for (const name of STATES) state.remove({ target, state: name });
      limit.remove({ target });
      targetMemory(target, undefined);
      growth(target, undefined);
      forgetSuspects(target);
      limitReached(target, undefined);
    },
  };
}

/**
 * Readings come oftener than Prometheus scrapes, and setting a gauge costs more than parsing one: what was
 * said last of each target is written into the gauges when they are scraped.
 */
function latestBy(make: Instruments) {
  const waiting: Map<string, unknown>[] = [];
  const whenScraped = <T>(say: (target: string, value: T) => void) => {
    const latest = new Map<string, T>();
    waiting.push(latest);
    make.beforeScrape(() => {
      for (const [target, value] of latest) say(target, value);
      latest.clear();
    });
    return (target: string, value: T): void => void latest.set(target, value);
  };
  whenScraped.forget = (target: string): void => {
    for (const latest of waiting) latest.delete(target);
  };
  return whenScraped;
}

function memoryGauge(make: Instruments) {
  const memory = make.gauge(
    'target_memory_bytes',
    'Memory of the target at its last reading, by kind; a kind that its source does not tell is absent.',
    ['target', 'kind'],
  );
  const targetMemory = (target: string, reading: Reading | undefined): void => {
    for (const [kind, bytesOf] of MEMORY_KINDS) {
      const bytes = reading && bytesOf(reading);
      if (bytes === undefined) memory.remove({ target, kind });
      else memory.set({ target, kind }, bytes);
    }
  };
  return targetMemory;
}

function growthGauge(make: Instruments) {
  const growth = make.gauge(
    'target_growth_bytes',
    'Growth of the floors of the target since its process is watched, by kind of memory.',
    ['target', 'kind'],
  );
  return (target: string, shares: readonly GrowthShare[] | undefined): void => {
    for (const kind of GROWTH_KINDS) {
      if (shares === undefined) growth.remove({ target, kind });
      else {
        const share = shares.find((each) => each.kind === kind);
        growth.set({ target, kind }, share?.growthBytes ?? 0);
      }
    }
  };
}

function suspectGauge(make: Instruments) {
  const growth = make.gauge(
    'suspect_growth_bytes_per_hour',
    'Growth of the in-use heap that stands on the function; the strongest few of each target.',
    ['target', 'function'],
  );
  const shown = new Map<string, readonly string[]>();
  const forgetSuspects = (target: string): void => {
    for (const name of shown.get(target) ?? []) growth.remove({ target, function: name });
    shown.delete(target);
  };
  return {
    forgetSuspects,
    /** Replaces what was said of the target's suspects, so that one that is none any more goes. */
    suspects: (target: string, suspects: readonly Suspect[]): void => {
      forgetSuspects(target);
      const strongest = suspects
        .slice(0, SUSPECTS_SHOWN)
        .map((suspect) => ({ ...suspect, name: cut(suspect.function) }));
      for (const { name, growthBytesPerHour } of strongest) {
        growth.set({ target, function: name }, growthBytesPerHour);
      }
      if (strongest.length > 0)
        shown.set(
          target,
          strongest.map(({ name }) => name),
        );
    },
  };
}

function timeLeftGauge(make: Instruments, clock: Clock) {
  const timeLeft = make.gauge(
    'limit_reached_seconds',
    'Seconds from now until the target reaches its memory limit at its present growth; absent while no end is in sight.',
    ['target'],
  );
  const reachedAt = new Map<string, number>();
  make.beforeScrape(() => {
    const now = clock.now() / 1_000;
    for (const [target, at] of reachedAt) timeLeft.set({ target }, Math.max(0, at - now));
  });
  return (target: string, unixSeconds: number | undefined): void => {
    if (unixSeconds !== undefined) {
      reachedAt.set(target, unixSeconds);
      return;
    }
    reachedAt.delete(target);
    timeLeft.remove({ target });
  };
}

function goTotal({ sysBytes, heapReleasedBytes }: Reading): number | undefined {
  return sysBytes === undefined ? undefined : sysBytes - (heapReleasedBytes ?? 0);
}

/** By code points, so that no character is cut in two. */
function cut(name: string): string {
  const points = Array.from(name);
  return points.length <= FUNCTION_LENGTH
    ? name
    : `${points.slice(0, FUNCTION_LENGTH - 1).join('')}…`;
}
