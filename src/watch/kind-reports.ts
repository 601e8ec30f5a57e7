import { formatBytes } from '../config/units.ts';
import type { PileUp } from '../goroutine/pile-up.ts';
import type { Place, Suspect, VerdictState } from '../growth/verdict.ts';
import type { VerdictReport } from '../incident/incident.ts';
import { profilesOf } from '../kind/judge-kinds.ts';
import { WORDS } from '../kind/words.ts';
import type { KindAlarm, KindVerdict } from '../kind/kind-verdict.ts';
import { pileUpIn, type KindWatch } from './kind-watch.ts';
import type { Reading } from '../memory/reading.ts';
import type { Trend } from '../kind/trend.ts';

/** What of a report is said of one kind of growth. */
export type KindPart = Pick<
  VerdictReport,
  'kind' | 'state' | 'reason' | 'suspects' | 'freshInEpoch' | 'goroutines'
>;

/** Growth of goroutines without a profile of them has no place. */
const NOWHERE: Place = { function: 'goroutines at an unknown place', file: '', line: 0 };
/** The stack that the runtime gives a new goroutine, where nothing tells more (runtime/stack.go, stackMin). */
const LEAST_STACK_BYTES = 2_048;

/** Of each kind that has been read for long enough. */
export function kindParts(
  watch: KindWatch,
  reading: Reading,
  profileEveryMs: number,
): readonly KindPart[] {
  const pile = pileUpIn(watch, reading);
  const alarms = watch.verdict?.alarms ?? [];
  return alarms
    .filter(({ state }) => state !== 'insufficient')
    .map((alarm) =>
      kindPart(alarm, alarm.kind === 'goroutine' ? pile : undefined, { profileEveryMs }),
    );
}

/** What the incidents are told of one kind. */
function kindPart(
  alarm: KindAlarm,
  pile: PileUp | undefined,
  { profileEveryMs }: { readonly profileEveryMs: number },
): KindPart {
  const { kind, trend } = alarm;
  const state = stateOf(alarm, pile);
  const isNamed = state === 'suspect' || state === 'leak';
  return {
    kind,
    state,
    reason: pile === undefined ? alarm.reason : `${alarm.reason}; ${pileWords(pile)}`,
    suspects: isNamed && trend !== undefined ? [suspectOf(alarm, trend, pile)] : [],
    freshInEpoch: trend === undefined ? 0 : profilesOf(trend, { profileEveryMs }),
    ...(pile === undefined ? {} : { goroutines: pile }),
  };
}

/** A proof of the runtime needs no time to confirm it. */
function stateOf({ state }: KindAlarm, pile: PileUp | undefined): VerdictState {
  return pile?.isProven === true ? 'leak' : state;
}

/** What grows in a target, for people to look at. */
export interface KindStatus extends Omit<KindVerdict, 'alarms' | 'grown'> {
  readonly alarms: readonly Omit<KindAlarm, 'trend'>[];
  readonly goroutines: PileUp | undefined;
  /** Why the last profile of goroutines did not come. */
  readonly lookError: string | undefined;
}

export function kindStatus(watch: KindWatch, reading: Reading): KindStatus | undefined {
  const { verdict, lookError } = watch;
  if (verdict === undefined) return undefined;
  const { kind, reason, shares } = verdict;
  const goroutines = pileUpIn(watch, reading);
  return { kind, reason, shares, alarms: alarmsIn(verdict, goroutines), goroutines, lookError };
}

/** How its kinds of growth stand, and no more of a status than that. */
export function kindAlarms(watch: KindWatch, reading: Reading): KindStatus['alarms'] {
  return watch.verdict === undefined ? [] : alarmsIn(watch.verdict, pileUpIn(watch, reading));
}

function alarmsIn({ alarms }: KindVerdict, pile: PileUp | undefined): KindStatus['alarms'] {
  return alarms.map((alarm) => ({
    kind: alarm.kind,
    state: stateOf(alarm, alarm.kind === 'goroutine' ? pile : undefined),
    reason: alarm.reason,
  }));
}

/** The worst that is said of a target; a kind of growth has a say only where it is told as a leak. */
export function worstState(
  heap: VerdictState | undefined,
  alarms: KindStatus['alarms'] = [],
): VerdictState | undefined {
  const isSaid = (state: VerdictState) =>
    heap === state || alarms.some((alarm) => alarm.state === state);
  return (['leak', 'suspect'] as const).find(isSaid) ?? heap;
}

/** `1200 block in quote.ask (chan send), running quote.Cheapest.func1, started by quote.Cheapest, …`. */
export function pileWords(pile: PileUp): string {
  const { count, blockedIn, state, startedBy, createdIn, bytesEach, isProven, groups = [] } = pile;
  const before = groups.find(
    (group) => group.blockedIn.function === blockedIn.function && group.state === state,
  );
  return [
    `${count} block in ${blockedIn.function} (${state})`,
    ...(before === undefined ? [] : [`${before.was} at the first look`]),
    ...(startedBy.function === blockedIn.function ? [] : [`running ${startedBy.function}`]),
    ...(createdIn === undefined ? [] : [`started by ${createdIn}`]),
    ...(bytesEach === undefined ? [] : [`with ${formatBytes(bytesEach)} of stack each`]),
    ...(isProven ? ['and the runtime has proved that nothing can wake them'] : []),
  ].join(', ');
}

function suspectOf({ kind }: KindAlarm, trend: Trend, pile: PileUp | undefined): Suspect {
  const figures = { share: 1, survival: 1, z: trend.z, since: trend.seenSinceMs };
  if (trend.unit === 'bytes') {
    const place = { function: WORDS[kind], file: '', line: 0 };
    const samples = trend.readings;
    return { ...place, allocator: place, stack: [], ...bytesOf(trend, 1), ...figures, samples };
  }
  const { blockedIn = NOWHERE, startedBy = NOWHERE, stack = [] } = pile ?? {};
  const bytes = bytesOf(trend, pile?.bytesEach ?? LEAST_STACK_BYTES);
  const samples = Math.round(trend.growthToNow);
  return { ...blockedIn, allocator: startedBy, stack, ...bytes, ...figures, samples };
}

function bytesOf({ firstFloor, growthToNow, perHour, perHourError }: Trend, each: number) {
  return {
    inuseBytes: each * (firstFloor + growthToNow),
    growthBytes: each * growthToNow,
    growthBytesPerHour: each * perHour,
    growthBytesPerHourLow: Math.max(0, each * (perHour - 2 * perHourError)),
    growthBytesPerHourHigh: each * (perHour + 2 * perHourError),
  };
}
