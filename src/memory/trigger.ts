import type { CaptureSettings, TriggerSettings } from '../config/config.ts';
import { formatDuration } from '../config/units.ts';
import { memoryInUse, type MemoryInUse, type Reading } from './reading.ts';
import { Recent } from './recent.ts';
import { standAgainst } from './thresholds.ts';

/**
 * What the trigger knows of one target between readings.
 * - `starting`: no reading yet. - `normal`: below every threshold. - `triggered`: above one, or not
 * yet far enough below it again (hysteresis). - `blind`: no reading for a while; never "all well".
 */
export interface Trigger {
  readonly mode: 'starting' | 'normal' | 'triggered' | 'blind';
  /** Recent memory of the running process, thinned to a bounded number of points; it changes in place. */
  readonly recent: Recent | undefined;
  /** Since when the target is looked at. */
  readonly watchedSince: number | undefined;
  readonly lastReadingAt: number | undefined;
  readonly lastCaptureAt: number | undefined;
  /** Whose memory `recent` is and by which figure; another process or another figure begins anew. */
  readonly series: MemorySeries | undefined;
  /** Readings in a row that were far enough below every threshold to leave `triggered`. */
  readonly calmReadings: number;
  readonly decision: Decision;
}

interface MemorySeries {
  readonly kind: MemoryInUse['kind'];
  readonly startedAt: number | undefined;
  readonly gcCount: number | undefined;
}

/** Whether to capture a heap profile now, with the reason in plain words ("below 75% of 2GiB (1.1GiB)"). */
export interface Decision {
  readonly capture: 'none' | 'baseline' | 'triggered';
  readonly reason: string;
}

/** One step of the trigger's input: a reading that came, or one that did not. */
export type Observation =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'no_reading'; readonly at: number; readonly why: string };

export interface TriggerRules {
  readonly trigger: TriggerSettings;
  readonly capture: CaptureSettings;
  readonly readingIntervalMs: number;
  /** The configured limit, else the one the target tells. */
  readonly limitBytes: number | undefined;
  /** Where in a baseline interval the target is captured, 0 to 1; without it, counted from its first capture. */
  readonly phase?: number;
}

const BLIND_READINGS = 4;
const CALM_READINGS = 5;

const NOTHING_BEFORE: Before = { lastReadingAt: undefined, wasBlind: false };

/** What is known from before heapwarden was started: when it was read last, and whether that was a while before. */
export interface Before {
  readonly lastReadingAt: number | undefined;
  readonly wasBlind: boolean;
}

export function startTrigger({ lastReadingAt, wasBlind }: Before = NOTHING_BEFORE): Trigger {
  return {
    mode: wasBlind ? 'blind' : 'starting',
    recent: undefined,
    watchedSince: undefined,
    lastReadingAt,
    lastCaptureAt: undefined,
    series: undefined,
    calmReadings: 0,
    decision: { capture: 'none', reason: 'no reading yet' },
  };
}

/** One step. What its decision asks for stays due until `captured` says that it was tried. */
export function observe(trigger: Trigger, observation: Observation, rules: TriggerRules): Trigger {
  switch (observation.kind) {
    case 'reading':
      return observeReading(trigger, observation.reading, rules);
    case 'no_reading':
      return observeNone(trigger, observation, rules);
  }
}

/** Spaces the next capture from this one, whether it succeeded or failed; `at` is when it began. */
export function captured(trigger: Trigger, at: number): Trigger {
  return { ...trigger, lastCaptureAt: at };
}

function observeReading(trigger: Trigger, reading: Reading, rules: TriggerRules): Trigger {
  const { at } = reading;
  const memory = memoryInUse(reading);
  const series = { kind: memory.kind, startedAt: reading.startedAt, gcCount: reading.gcCount };
  const known = continues(trigger, series, at) ? trigger.recent : undefined;
  const recent = known ?? new Recent();
  recent.add({ at, bytes: memory.bytes, ...gcCountOf(reading) });
  const standing = standAgainst(recent, rules.trigger, rules.limitBytes);
  const calmReadings = standing.calm ? trigger.calmReadings + 1 : 0;
  const lingers = trigger.mode === 'triggered' && calmReadings < CALM_READINGS;
  const mode = standing.exceeded || lingers ? 'triggered' : 'normal';
  const reason =
    standing.exceeded || !lingers ? standing.reason : stillTriggered(standing.reason, calmReadings);
  return {
    mode,
    recent,
    watchedSince: trigger.watchedSince ?? at,
    lastReadingAt: at,
    lastCaptureAt: trigger.lastCaptureAt,
    series,
    calmReadings,
    decision: decide(mode, reason, { at, lastCaptureAt: trigger.lastCaptureAt, rules }),
  };
}

function gcCountOf({ gcCount }: Reading): { readonly gcCount?: number } {
  return gcCount === undefined ? {} : { gcCount };
}

function stillTriggered(reason: string, calmReadings: number): string {
  return `${reason}; still triggered, calm for ${calmReadings} of ${CALM_READINGS} readings`;
}

/** Whether a reading goes on with the points before it: the same figure of the same process, later. */
function continues(trigger: Trigger, now: MemorySeries, at: number): boolean {
  const before = trigger.series;
  if (before === undefined || at <= (trigger.lastReadingAt ?? 0)) return false;
  return now.kind === before.kind && isSameProcess(before, now);
}

/** What one of the two does not tell, compares as NaN and so speaks against nothing. */
function isSameProcess(before: MemorySeries, now: MemorySeries): boolean {
  const movedMs = (now.startedAt ?? Number.NaN) - (before.startedAt ?? Number.NaN);
  const gcs = (now.gcCount ?? Number.NaN) - (before.gcCount ?? Number.NaN);
  return !(Math.abs(movedMs) > 1_000) && !(gcs < 0);
}

interface LastCapture {
  readonly lastCaptureAt: number | undefined;
  readonly rules: Pick<TriggerRules, 'capture' | 'phase'>;
}

interface Spacing extends LastCapture {
  readonly at: number;
  readonly rules: TriggerRules;
}

function decide(mode: 'normal' | 'triggered', reason: string, spacing: Spacing): Decision {
  if (!isDue(spacingMs(mode, spacing), spacing)) return { capture: 'none', reason };
  return mode === 'triggered'
    ? { capture: 'triggered', reason }
    : { capture: 'baseline', reason: `${reason}; baseline capture due` };
}

/** When captures come while memory stays as it is; `undefined` without readings, for there are none then. */
export interface Pace {
  /** At the first reading from then on. */
  readonly nextCaptureAt: number;
  readonly captureEveryMs: number;
}

export function paceOf(
  { mode, lastCaptureAt, lastReadingAt }: Trigger,
  rules: Pick<TriggerRules, 'capture' | 'phase'>,
): Pace | undefined {
  if (mode === 'starting' || mode === 'blind' || lastReadingAt === undefined) return undefined;
  const { intervalMs, baselineIntervalMs } = rules.capture;
  const captureEveryMs =
    mode === 'triggered' ? intervalMs : Math.max(intervalMs, baselineIntervalMs);
  if (lastCaptureAt === undefined) return { nextCaptureAt: lastReadingAt, captureEveryMs };
  return {
    nextCaptureAt: lastCaptureAt + spacingMs(mode, { lastCaptureAt, rules }),
    captureEveryMs,
  };
}

/**
 * A daemon captures all targets when it starts. Each goes on at moments of its own after that, about as far
 * apart, or all of a fleet would be captured within the same few seconds for good.
 */
function spacingMs(
  mode: 'normal' | 'triggered',
  { lastCaptureAt: last, rules }: LastCapture,
): number {
  const { intervalMs, baselineIntervalMs: everyMs } = rules.capture;
  if (mode === 'triggered') return intervalMs;
  if (last === undefined || rules.phase === undefined) return everyMs;
  const shiftMs = rules.phase * everyMs;
  const dueAt = shiftMs + everyMs * Math.round((last + everyMs - shiftMs) / everyMs);
  return Math.max(intervalMs, dueAt - last);
}

/**
 * A capture is taken at the reading nearest to its time: one that is due within a quarter of the
 * reading interval is due, else jitter of a millisecond would delay it by a whole reading. A clock
 * set back delays nothing.
 */
function isDue(intervalMs: number, { at, lastCaptureAt, rules }: Spacing): boolean {
  if (lastCaptureAt === undefined || at < lastCaptureAt) return true;
  const early = Math.min(rules.readingIntervalMs / 4, intervalMs / 10);
  return at - lastCaptureAt >= intervalMs - early;
}

function observeNone(
  before: Trigger,
  { at, why }: { readonly at: number; readonly why: string },
  { readingIntervalMs }: TriggerRules,
): Trigger {
  const trigger = noLaterThan(before, at);
  const { watchedSince = at } = trigger;
  const { lastReadingAt = watchedSince } = trigger;
  const silentMs = at - lastReadingAt;
  // What was missed before it was looked at tells of heapwarden, and not of the target.
  const missedMs = at - Math.max(lastReadingAt, watchedSince);
  const blind = trigger.mode === 'blind' || missedMs >= BLIND_READINGS * readingIntervalMs;
  const silence =
    trigger.lastReadingAt === undefined && !blind
      ? 'no reading yet'
      : `no reading for ${formatDuration(silentMs)}`;
  return {
    ...trigger,
    mode: blind ? 'blind' : trigger.mode,
    watchedSince,
    decision: { capture: 'none', reason: `${silence}: ${why}` },
  };
}

/** How long it has been silent cannot be told after a clock was set back, but it is from then on. */
function noLaterThan(trigger: Trigger, at: number): Trigger {
  const { watchedSince = at, lastReadingAt = at } = trigger;
  if (watchedSince <= at && lastReadingAt <= at) return trigger;
  const isRead = trigger.lastReadingAt !== undefined;
  return {
    ...trigger,
    watchedSince: Math.min(watchedSince, at),
    lastReadingAt: isRead ? Math.min(lastReadingAt, at) : undefined,
    series: undefined,
  };
}
