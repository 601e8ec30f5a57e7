import { formatBytes, formatDuration } from '../config/units.ts';
import type { VerdictState } from '../growth/verdict.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { deepestFall, lowestOf, readingsIn, type Cells } from './cells.ts';
import { CHANNELS, type Channel } from './channel.ts';
import { amount, doubt, hasGrown, isDoubted, isShortPart, leastGrowth } from './criteria.ts';
import { ALARMING_KINDS } from './kind-verdict.ts';
import type { AlarmingKind, GrowthShare, KindAlarm, KindVerdict } from './kind-verdict.ts';
import type { Measure } from './measure.ts';
import { coveredFrom, extentOf, growthOver, measureTrend, MIN_CELLS, windowFrom } from './trend.ts';
import type { Trend, Window } from './trend.ts';
import { WORDS } from './words.ts';

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

/** All of the life of the process but its beginning, when any service fills up. */
const LATER_SHARE = 0.75;
/** As with the heap: growth that began late has to hold over most of the time that confirms. */
const CONFIRMING_SHARE = 0.75;
const LASTING_SHARE = 0.5;
/** What is news is so many times the deepest fall. */
const FALLS = 1.5;

export function judgeKinds(
  cells: Cells,
  passingSince: Passing,
  moment: Moment,
): { readonly verdict: KindVerdict; readonly passing: Passing } {
  const { length } = cells;
  const windows = windowsOf(cells, moment);
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
  const told = windows.find(({ sinceMs }) => alarms.some((alarm) => isTold(alarm, sinceMs)));
  return { verdict: verdictOf(told ?? windows[0], alarms, { cells, moment }), passing };
}

/** The longest first: all of the life, and those that end now and show what began late. */
function windowsOf(cells: Cells, moment: Moment): readonly Window[] {
  const begins = beginsOf(cells, lengthsOf(cells, moment), moment);
  return begins
    .toReversed()
    .flatMap((from) => windowFrom(cells, from, moment.profileEveryMs) ?? []);
}

/** In profiles: from the shortest on each twice as long as the one before, the one that confirms and the later part of the life. */
function lengthsOf(cells: Cells, moment: Moment): readonly number[] {
  const life = lifeOf(cells, moment);
  const lengths = [LATER_SHARE * life, moment.confirmProfiles];
  for (let length = moment.minProfiles; length < life; length *= 2) lengths.push(length);
  return lengths.toSorted((a, b) => a - b);
}

/** The newest cells from which on as many profiles could have been made and there are cells enough, and the first of all. */
function beginsOf(cells: Cells, lengths: readonly number[], moment: Moment): readonly number[] {
  const begins: number[] = [];
  let found = 0;
  let readings = 0;
  let coveredMs = 0;
  for (let from = cells.length - 1; from > 0; from--) {
    readings += readingsIn(cells, from, from + 1);
    coveredMs += coveredFrom(cells, from, moment.profileEveryMs);
    if (cells.length - from < MIN_CELLS) continue;
    const profiles = profilesOf({ coveredMs, readings }, moment);
    if (profiles < (lengths[found] ?? Infinity)) continue;
    begins.push(from);
    while (profiles >= (lengths[found] ?? Infinity)) found++;
  }
  return [...begins, 0];
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
  const { minProfiles, minGrowthBytes, at } = moment;
  const known = windows.filter((window) => profilesOf(window, moment) >= minProfiles);
  const trends = known.flatMap(
    (window) => largeTrend(channel, window, leastIn(channel, window, minGrowthBytes)) ?? [],
  );
  const longest = firstTrend(channel, known);
  if (longest === undefined) {
    return { alarm: { kind, state: 'insufficient', ...tooFew(cells, moment) }, since: undefined };
  }
  const passing = trends.filter((trend) => !isDoubted(trend, minGrowthBytes));
  const passed = passing[0];
  const grown = passed ?? trends.find((trend) => hasGrown(trend, minGrowthBytes));
  const began = passed === undefined ? undefined : (since ?? at);
  const lasts = began !== undefined && at - began >= lastingFor(passing.at(-1), moment);
  const state = grown === undefined ? 'quiet' : stateOf(lasts ? passed : undefined, cells, moment);
  const shown = grown ?? longest;
  const reason = `${reasonFor(shown, moment, lasts)}${proofOf(state, moment)}`;
  return { alarm: { kind, state, reason, trend: shown }, since: began };
}

/** The time of one profile; a short part of a long life has to pass for half as long as it is. */
function lastingFor(shortest: Trend | undefined, { profileEveryMs }: Moment): number {
  return shortest !== undefined && isShortPart(shortest)
    ? Math.max(profileEveryMs, LASTING_SHARE * shortest.spanMs)
    : profileEveryMs;
}

/** What rose and fell by more at some time before is no news in a short part of the life; a good part shows that itself. */
function leastIn(channel: Channel, window: Window, minGrowthBytes: number): number {
  const least = leastGrowth(channel, minGrowthBytes);
  if (!isShortPart(window)) return least;
  return Math.max(least, FALLS * deepestFall(window.cells, channel.measure));
}

/** `undefined` also where the growth is less than is worth a word: only those of few targets are measured. */
function largeTrend(channel: Channel, window: Window, least: number): Trend | undefined {
  return growthOver(channel, window) >= least ? measureTrend(channel, window) : undefined;
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
    lifeOf(cells, moment) >= confirmProfiles &&
    profilesOf(passed, moment) >= CONFIRMING_SHARE * confirmProfiles;
  return isConfirmed ? 'leak' : 'suspect';
}

/** How many profiles could have been made in the time that a window covers; no more than it has readings. */
export function profilesOf(
  { coveredMs, readings }: Pick<Trend, 'coveredMs' | 'readings'>,
  { profileEveryMs }: Pick<KindRules, 'profileEveryMs'>,
): number {
  return Math.min(readings, Math.floor(coveredMs / profileEveryMs) + 1);
}

/** How many profiles could have been made in the life of the process, as far as it was read. */
export function lifeOf(cells: Cells, every: Pick<KindRules, 'profileEveryMs'>): number {
  return profilesOf(extentOf(cells, 0, every.profileEveryMs), every);
}

function tooFew(
  cells: Cells,
  { minProfiles, profileEveryMs }: Moment,
): Pick<KindAlarm, 'reason' | 'trend'> {
  const { coveredMs: spanMs } = extentOf(cells, 0, profileEveryMs);
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

/** What made it a leak; that of the runtime comes with the goroutines that it is of. */
function proofOf(state: VerdictState, { confirmProfiles, profileEveryMs }: Moment): string {
  if (state !== 'leak') return '';
  const time = formatDuration(confirmProfiles * profileEveryMs);
  return `; a leak, for it held over most of ${time}, the time of ${confirmProfiles} profiles`;
}

/** Goroutines that pile up hold most of what grows beside them, so they count before a larger heap. */
function verdictOf(
  window: Window | undefined,
  alarms: readonly KindAlarm[],
  { cells, moment }: { readonly cells: Cells; readonly moment: Moment },
): KindVerdict {
  const { minGrowthBytes } = moment;
  const moved = window === undefined ? [] : movedIn(window);
  const grown = window === undefined ? [] : grownIn(window, minGrowthBytes);
  const pileUp = grown.some(({ kind }) => kind === 'goroutine');
  const shares = sharesOf(moved, pileUp);
  const piles = alarms.some(({ kind, state }) => kind === 'goroutine' && ALARM_STATES.has(state));
  const largest = shares.find((share) => isShown(share.kind, grown, pileUp))?.kind;
  const kind = piles ? 'goroutine' : (largest ?? headroom(grown));
  const reason = `${summary(kind, shares, cells)}${unseen(cells)}`;
  return { kind, grown: grown.map((each) => each.kind), shares, alarms, reason };
}

/** What is told as a leak says over which time growth is divided into its kinds, else the whole life does. */
function isTold({ state, trend }: KindAlarm, sinceMs: number): boolean {
  return ALARM_STATES.has(state) && trend?.sinceMs === sinceMs;
}

const ALARM_STATES: ReadonlySet<VerdictState> = new Set(['suspect', 'leak']);

type Moved = Pick<Trend, 'kind' | 'unit' | 'growth'>;

function movedIn(window: Window): readonly Moved[] {
  return CHANNELS.map((channel) => {
    const { kind, unit } = channel;
    return { kind, unit, growth: growthOver(channel, window) };
  });
}

function grownIn(window: Window, minGrowthBytes: number): readonly Channel[] {
  return CHANNELS.filter((channel) => {
    const trend = largeTrend(channel, window, leastGrowth(channel, minGrowthBytes));
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

function isShown(kind: GrowthKind, grown: readonly Channel[], pileUp: boolean): boolean {
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
  const list = parts.join(', ');
  // Of what is not in the list nothing can be said to be most of it.
  if (kind === 'gc_headroom')
    return `only ${WORDS[kind]} grew beyond its own unrest${list === '' ? '' : `; within theirs grew ${list}`}`;
  const verb = kind === 'goroutine' ? 'pile up' : 'grew most';
  return `${WORDS[kind]} ${verb}${list === '' ? '' : `: ${list}`}`;
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
