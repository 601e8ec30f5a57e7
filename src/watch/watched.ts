import type { TargetConfig } from '../config/config.ts';
import { formatBytes } from '../config/units.ts';
import { lastReading, limitOf } from './last-reading.ts';
import { kindAlarms, kindStatus, worstState } from './kind-reports.ts';
import { NOTHING_WATCHED, type KindWatch } from './kind-watch.ts';
import type { Verdict } from '../growth/verdict.ts';
import { memoryInUse, type Reading } from '../memory/reading.ts';
import type { MemoryPoint } from '../memory/recent.ts';
import { paceOf, startTrigger, type Trigger } from '../memory/trigger.ts';
import type { TargetState } from '../metrics/target-metrics.ts';
import { NOTHING_RECALLED, type Recalled } from './recall.ts';
import { unreadOf } from './silence.ts';
import { stateNow } from './state-now.ts';
import type { CaptureStatus, Deed, Done, TargetStatus } from '../web/status.ts';

/** What a target's loop knows; handed over when a reload starts its loop anew. */
export interface Watched {
  readonly trigger: Trigger;
  readonly reading: Reading | undefined;
  readonly readingError: TargetStatus['readingError'];
  readonly capture: CaptureStatus | undefined;
  readonly verdict: Verdict | undefined;
  readonly failedReadings: number;
  readonly failedCaptures: number;
  readonly captureNotBefore: number;
  readonly lastForcedGcAt: number;
  readonly unsavedFolds: number;
  readonly kinds: KindWatch;
  readonly recalled: Recalled;
}

/** A failing target is asked less often, down to this share of its rate. */
export const MAX_BACKOFF = 8;

/** Of a target that was never watched before. */
export const NOTHING_YET: Watched = {
  trigger: startTrigger(),
  reading: undefined,
  readingError: undefined,
  capture: undefined,
  verdict: undefined,
  failedReadings: 0,
  failedCaptures: 0,
  captureNotBefore: 0,
  lastForcedGcAt: 0,
  unsavedFolds: 0,
  kinds: NOTHING_WATCHED,
  recalled: NOTHING_RECALLED,
};

/** Of a target that an earlier process of heapwarden watched. */
export function withRecalled(recalled: Recalled): Pick<Watched, 'recalled' | 'trigger'> {
  const { last, why } = recalled;
  return {
    recalled,
    trigger: startTrigger({ lastReadingAt: last?.at, wasBlind: why !== undefined }),
  };
}

/** The worst that heap profiles or readings say, while there are readings. */
export function stateOf({ verdict, kinds, reading, trigger }: Watched): TargetState {
  const found = worstState(verdict?.state, reading && kindAlarms(kinds, reading));
  return stateNow(trigger.mode, found ?? 'insufficient');
}

export function wantsGc(
  { capture: { gc, intervalMs } }: TargetConfig,
  { capture, lastForcedGcAt }: Watched,
  now: number,
): boolean {
  if (gc === 'never' || capture?.kind !== 'saved') return false;
  // Either way, for the clock may have been set back.
  return Math.abs(now - lastForcedGcAt) >= intervalMs && !capture.profile.fresh;
}

/** Whether captures that failed hold the next one back; none is held back by a clock that was ahead. */
export function isBackingOff({ capture, captureNotBefore }: Watched, now: number): boolean {
  const failedAt = capture?.kind === 'failed' ? capture.at : -Infinity;
  return now >= failedAt && now < captureNotBefore;
}

interface Around {
  /** Gives what is known of the time before the loop's own points, the first of which is from `until`. */
  readonly earlier: (until: number) => readonly MemoryPoint[];
  /** Where in a baseline interval the target is captured, 0 to 1. */
  readonly phase: number;
}

export function statusOf(
  config: TargetConfig,
  watched: Watched,
  { earlier, phase }: Around,
): TargetStatus {
  const { trigger, reading, readingError, capture, verdict, kinds } = watched;
  return {
    name: config.name,
    url: config.url,
    labels: config.labels,
    limitBytes: limitOf(config, watched),
    reading,
    readingError,
    lastReading: lastReading(config, watched),
    unread: unreadOf(config, watched),
    trigger: { mode: trigger.mode, decision: trigger.decision },
    capture,
    ...paceWith(config, watched, phase),
    verdict,
    detection: config.detection,
    kinds: reading && kindStatus(kinds, reading),
    // Made for the targets alone that are shown: a fleet has hundreds of thousands of points.
    get recent() {
      const points = trigger.recent?.points() ?? [];
      return [...earlier(points[0]?.at ?? Infinity), ...points];
    },
  };
}

/** Failed captures hold the next one back. */
function paceWith(
  { capture }: TargetConfig,
  { trigger, captureNotBefore }: Watched,
  phase: number,
): Pick<TargetStatus, 'nextCaptureAt' | 'captureEveryMs'> {
  const pace = paceOf(trigger, { capture, phase });
  if (pace === undefined) return {};
  return { ...pace, nextCaptureAt: Math.max(pace.nextCaptureAt, captureNotBefore) };
}

/** What came of a round that was asked for. */
export function outcomeOf(deed: Deed, { reading, readingError, capture }: Watched): Done {
  if (readingError !== undefined || reading === undefined) {
    return { ok: false, problem: `reading: ${readingError?.message ?? 'none came'}` };
  }
  if (deed === 'read') {
    return { ok: true, message: `read ${formatBytes(memoryInUse(reading).bytes)}` };
  }
  return capture?.kind === 'saved'
    ? { ok: true, message: `captured ${capture.file}` }
    : { ok: false, problem: `capture: ${capture?.message ?? 'none was made'}` };
}
