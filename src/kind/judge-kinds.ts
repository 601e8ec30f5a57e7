import { formatBytes, formatDuration } from '../config/units.ts';
import type { VerdictState } from '../growth/verdict.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { lowestOf, type Cells } from './cells.ts';
import { CHANNELS, type Channel } from './channel.ts';
import { amount, doubt, hasGrown, isDoubted, leastGrowth } from './criteria.ts';
import { ALARMING_KINDS } from './kind-verdict.ts';
import type { AlarmingKind, GrowthShare, KindAlarm, KindVerdict } from './kind-verdict.ts';
import type { Measure } from './measure.ts';
import { extentOf, growthOver, measureTrend, MIN_CELLS, windowFrom } from './trend.ts';
import type { Trend, Window } from './trend.ts';

export interface KindRules {
  readonly minProfiles: number;
  readonly confirmProfiles: number;
  readonly minGrowthBytes: number;
  /** Readings come oftener than profiles do; they have to cover the time that as many profiles take. */
  readonly profileEveryMs: number;
}

interface Moment extends KindRules {
  readonly at: number;
}

type Passing = Readonly<Partial<Record<AlarmingKind, number>>>;

/** All of the process's life, and its last three quarters, half, quarter and eighth, where what began late shows. */
const PARTS = [1, 3 / 4, 1 / 2, 1 / 4, 1 / 8] as const;
/** As with the heap: growth that began late has to hold over most of the time that confirms. */
const CONFIRMING_SHARE = 0.75;

export function judgeKinds(
  cells: Cells,
  passingSince: Passing,
  moment: Moment,
): { readonly verdict: KindVerdict; readonly passing: Passing } {
  const { length } = cells;
  const windows = PARTS.flatMap(
    (part) => windowFrom(cells, length - Math.ceil(length * part)) ?? [],
  );
  const passing: Partial<Record<AlarmingKind, number>> = {};
  const alarms: KindAlarm[] = [];
  for (const channel of CHANNELS) {
    const kind = ALARMING_KINDS.find((one) => one === channel.kind);
    if (kind === undefined || channel.floorOf(cells, { from: 0, to: length }) === undefined)
      continue;
    const judged = judgeChannel({ kind, channel, cells, windows }, passingSince[kind], moment);
    alarms.push(judged.alarm);
    if (judged.since !== undefined) passing[kind] = judged.since;
  }
  return { verdict: verdictOf(windows[0], alarms, { cells, moment }), passing };
}

interface Subject {
  readonly kind: AlarmingKind;
  readonly channel: Channel;
  readonly cells: Cells;
  /** The longest first. */
  readonly windows: readonly Window[];
}

/** The longest window that passes decides; it has to pass for the time of one profile. */
function judgeChannel(
  { kind, channel, cells, windows }: Subject,
  since: number | undefined,
  moment: Moment,
): { readonly alarm: KindAlarm; readonly since: number | undefined } {
  const { minProfiles, minGrowthBytes, at, profileEveryMs } = moment;
  const known = windows.filter((window) => profilesOf(window, moment) >= minProfiles);
  const trends = known.flatMap((window) => largeTrend(channel, window, minGrowthBytes) ?? []);
  const longest = firstTrend(channel, known);
  if (longest === undefined) {
    return { alarm: { kind, state: 'insufficient', ...tooFew(cells, moment) }, since: undefined };
  }
  const passed = trends.find((trend) => !isDoubted(trend, minGrowthBytes));
  const grown = passed ?? trends.find((trend) => hasGrown(trend, minGrowthBytes));
  const began = passed === undefined ? undefined : (since ?? at);
  const lasts = began !== undefined && at - began >= profileEveryMs;
  const state = grown === undefined ? 'quiet' : stateOf(lasts ? passed : undefined, cells, moment);
  const shown = grown ?? longest;
  const reason = reasonFor(shown, moment, lasts);
  return { alarm: { kind, state, reason, trend: shown }, since: began };
}

/** `undefined` also where the growth is less than is worth a word: only those of few targets are measured. */
function largeTrend(channel: Channel, window: Window, minGrowthBytes: number): Trend | undefined {
  const isLarge = growthOver(channel, window) >= leastGrowth(channel, minGrowthBytes);
  return isLarge ? measureTrend(channel, window) : undefined;
}

function firstTrend(channel: Channel, windows: readonly Window[]): Trend | undefined {
  for (const window of windows) {
    const trend = measureTrend(channel, window);
    if (trend !== undefined) return trend;
  }
  return undefined;
}

function stateOf(passed: Trend | undefined, cells: Cells, moment: Moment): VerdictState {
  if (passed === undefined) return 'growing';
  const { confirmProfiles } = moment;
  const isConfirmed =
    profilesOf(extentOf(cells, 0), moment) >= confirmProfiles &&
    profilesOf(passed, moment) >= CONFIRMING_SHARE * confirmProfiles;
  return isConfirmed ? 'leak' : 'suspect';
}

/** How many profiles could have been made in the time of a window; no more than it has readings. */
export function profilesOf(
  { spanMs, readings }: Pick<Trend, 'spanMs' | 'readings'>,
  { profileEveryMs }: Pick<KindRules, 'profileEveryMs'>,
): number {
  return Math.min(readings, Math.floor(spanMs / profileEveryMs) + 1);
}

function tooFew(
  cells: Cells,
  { minProfiles, profileEveryMs }: Moment,
): Pick<KindAlarm, 'reason' | 'trend'> {
  const { spanMs } = extentOf(cells, 0);
  const needed = formatDuration((minProfiles - 1) * profileEveryMs);
  const reason = `read for ${formatDuration(spanMs)}, needs ${needed} and ${MIN_CELLS} readings`;
  return { reason, trend: undefined };
}

function reasonFor(trend: Trend, { minGrowthBytes }: Moment, lasts: boolean): string {
  const what = WORDS[trend.kind];
  const grew =
    trend.growth > 0
      ? `${what}: the floor grew ${amount(trend, trend.growth)} in ${formatDuration(trend.spanMs)}`
      : `${what} did not grow`;
  const doubted = doubt(trend, minGrowthBytes);
  if (doubted !== undefined) return trend.growth > 0 ? `${grew}, ${doubted}` : grew;
  return lasts ? `${grew}, rising in ${trend.rises} of 5 blocks and not levelling off` : grew;
}

export const WORDS: Readonly<Record<GrowthKind, string>> = {
  heap: 'live heap',
  goroutine: 'goroutines',
  stacks: 'stacks of goroutines',
  off_heap: 'memory outside the Go heap',
  fragmentation: 'partly empty spans of the heap',
  retained_idle: 'idle heap not given back',
  profiler: 'tables of the profiler',
  gc_headroom: 'room that GOGC leaves',
};

/** Goroutines that pile up hold most of what grows beside them, so they count before a larger heap. */
function verdictOf(
  whole: Window | undefined,
  alarms: readonly KindAlarm[],
  { cells, moment }: { readonly cells: Cells; readonly moment: Moment },
): KindVerdict {
  const { minGrowthBytes } = moment;
  const moved = whole === undefined ? [] : movedIn(whole);
  const grown = whole === undefined ? [] : grownIn(whole, minGrowthBytes);
  const pileUp = grown.some(({ kind }) => kind === 'goroutine');
  const shares = sharesOf(moved, pileUp);
  const piles = alarms.some(({ kind, state }) => kind === 'goroutine' && ALARM_STATES.has(state));
  const largest = shares.find((share) => isTold(share.kind, grown, pileUp))?.kind;
  const kind = piles ? 'goroutine' : (largest ?? headroom(grown));
  const reason = `${summary(kind, shares, cells)}${unseen(cells)}`;
  return { kind, grown: grown.map((each) => each.kind), shares, alarms, reason };
}

const ALARM_STATES: ReadonlySet<VerdictState> = new Set(['suspect', 'leak']);

type Moved = Pick<Trend, 'kind' | 'unit' | 'growth'>;

function movedIn(whole: Window): readonly Moved[] {
  return CHANNELS.map((channel) => {
    const { kind, unit } = channel;
    return { kind, unit, growth: growthOver(channel, whole) };
  });
}

function grownIn(whole: Window, minGrowthBytes: number): readonly Channel[] {
  return CHANNELS.filter((channel) => {
    const trend = largeTrend(channel, whole, minGrowthBytes);
    return trend !== undefined && hasGrown(trend, minGrowthBytes);
  });
}

/** Stacks that grow because there are more goroutines are the goroutines' growth. */
function sharesOf(moved: readonly Moved[], pileUp: boolean): readonly GrowthShare[] {
  const parts = moved
    .filter(({ kind, unit, growth }) => unit === 'bytes' && kind !== 'gc_headroom' && growth > 0)
    .map(({ kind, growth }) => ({
      kind: kind === 'stacks' && pileUp ? ('goroutine' as const) : kind,
      growthBytes: growth,
    }));
  const total = parts.reduce((sum, { growthBytes }) => sum + growthBytes, 0);
  return parts
    .map((part) => ({ ...part, share: part.growthBytes / total }))
    .toSorted((a, b) => b.share - a.share);
}

function isTold(kind: GrowthKind, grown: readonly Channel[], pileUp: boolean): boolean {
  return (kind === 'goroutine' && pileUp) || grown.some((each) => each.kind === kind);
}

/** The goal of the collector follows the live heap, so it is told only where nothing else grows. */
function headroom(grown: readonly Channel[]): GrowthKind | undefined {
  return grown.find(({ kind }) => kind === 'goroutine' || kind === 'gc_headroom')?.kind;
}

function summary(
  kind: GrowthKind | undefined,
  shares: readonly GrowthShare[],
  cells: Cells,
): string {
  if (cells.length < MIN_CELLS) return 'too few readings yet to say what grows';
  if (kind === undefined) return 'nothing grows beyond its own unrest';
  const parts = shares
    .filter(({ share }) => share >= 0.01)
    .map((part) => `${WORDS[part.kind]} ${formatBytes(part.growthBytes)} (${percent(part.share)})`);
  const verb = kind === 'goroutine' ? 'pile up' : 'grew most';
  return `${WORDS[kind]} ${verb}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** Said each time, since nothing seen is not nothing there. */
function unseen(cells: Cells): string {
  const { length } = cells;
  if (length === 0) return '';
  const isUntold = (measure: Measure) =>
    lowestOf(cells, measure, { from: length - 1, to: length }) === undefined;
  const hidden = [
    ...(isUntold('off_heap') ? ['memory outside the Go heap (no resident set)'] : []),
    ...(isUntold('goroutines') ? ['the number of goroutines'] : []),
  ];
  return hidden.length === 0 ? '' : `; its readings do not tell ${hidden.join(' nor ')}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
