import { afterStep, clockStepAt, startAfterStep, type ClockStep } from '../memory/clock-step.ts';
import type { Reading } from '../memory/reading.ts';
import { addCell, cellsOf, createCells, listCells, NO_CELLS, toMs, type Cells } from './cells.ts';
import { judgeKinds, type KindRules } from './judge-kinds.ts';
import type { AlarmingKind, KindVerdict } from './kind-verdict.ts';
import { measure } from './measure.ts';

/** What is remembered of the readings of one process. */
export interface KindHistory {
  readonly cells: Cells;
  readonly readings: number;
  /** When the first of them came, Unix milliseconds. */
  readonly firstAt: number;
  readonly startedAt: number | undefined;
  readonly gcCount: number | undefined;
  /** Since when the tests of a kind have passed without a break, Unix milliseconds. */
  readonly passingSince: Readonly<Partial<Record<AlarmingKind, number>>>;
  /** What was said last, and when, Unix milliseconds. */
  readonly verdict: KindVerdict | undefined;
  readonly judgedAt: number;
}

export const NO_READINGS: KindHistory = {
  cells: NO_CELLS,
  readings: 0,
  firstAt: 0,
  startedAt: undefined,
  gcCount: undefined,
  passingSince: {},
  verdict: undefined,
  judgedAt: 0,
};

/** A process that just started fills its pools and maps in its code; a daemon that did begins here too. */
const WARM_UP_PROFILES = 2.5;

export interface Observed {
  readonly history: KindHistory;
  /** The newest there is. */
  readonly verdict: KindVerdict;
  readonly newEpoch: boolean;
}

const SHORTEST_CELLS = 32;

/** Of the time between two profiles; a reading that comes a moment early is the one of that time. */
const JUDGED_AFTER = 0.9;

/**
 * Takes one reading in; its cost does not grow with the age of the process. Of what was remembered, the
 * cells change in place. A process at rest is judged as often as profiles come, and at each reading only
 * while a test passes, for it has to pass without a break.
 */
export function observeKinds(before: KindHistory, reading: Reading, rules: KindRules): Observed {
  const lived = byClockOf(before, reading);
  const newEpoch = isAnotherProcess(lived, reading);
  const known = newEpoch ? NO_READINGS : lived;
  const readings = known.readings + 1;
  const { at, allocatedBytes } = reading;
  const firstAt = known.readings === 0 ? at : known.firstAt;
  const isWarm = at - firstAt >= WARM_UP_PROFILES * rules.profileEveryMs;
  const cells = isWarm && known.cells === NO_CELLS ? createCells() : known.cells;
  if (isWarm) {
    const lows = measure(reading);
    addCell(cells, { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes }, cellWidth(rules));
  }
  const judged =
    known.verdict === undefined || isDue(known, at, rules)
      ? { ...judgeKinds(cells, known.passingSince, { ...rules, at }), at }
      : { verdict: known.verdict, passing: known.passingSince, at: known.judgedAt };
  const history = {
    cells,
    readings,
    firstAt,
    startedAt: reading.startedAt ?? known.startedAt,
    gcCount: reading.gcCount ?? known.gcCount,
    passingSince: judged.passing,
    verdict: judged.verdict,
    judgedAt: judged.at,
  };
  return { history, verdict: judged.verdict, newEpoch };
}

/** So that the shortest stretch that is judged has enough of them. */
function cellWidth({ minProfiles, profileEveryMs }: KindRules): number {
  return ((minProfiles - 1) * profileEveryMs) / SHORTEST_CELLS;
}

/** How the clock was set between what is remembered and a reading. */
export function clockStepSince(
  { cells, readings, firstAt, judgedAt }: KindHistory,
  at: number,
): ClockStep | undefined {
  if (readings === 0) return undefined;
  const { length } = cells;
  const newestMs = Math.max(firstAt, judgedAt, length > 0 ? toMs(cells, length - 1) : -Infinity);
  return clockStepAt(at, newestMs, () => listCells(cells));
}

function byClockOf(history: KindHistory, { at, startedAt, gcCount = 0 }: Reading): KindHistory {
  const step = clockStepSince(history, at);
  if (step === undefined) return history;
  const { passingSince } = history;
  const goesOn = gcCount >= (history.gcCount ?? 0);
  const started = startAfterStep(history.startedAt, startedAt, step);
  return {
    ...history,
    cells: history.cells === NO_CELLS ? NO_CELLS : movedCells(history.cells, step),
    firstAt: afterStep(history.firstAt, step),
    judgedAt: afterStep(history.judgedAt, step),
    startedAt: goesOn ? started : history.startedAt,
    passingSince: Object.fromEntries(
      Object.entries(passingSince).map(([kind, since]) => [kind, afterStep(since, step)]),
    ),
  };
}

function movedCells(cells: Cells, step: ClockStep): Cells {
  const list = listCells(cells).map((cell) => ({
    ...cell,
    fromMs: afterStep(cell.fromMs, step),
    toMs: afterStep(cell.toMs, step),
  }));
  return cellsOf(list, [...cells.falls]);
}

function isDue(known: KindHistory, at: number, { profileEveryMs }: KindRules): boolean {
  const sinceMs = Math.abs(at - known.judgedAt);
  return Object.keys(known.passingSince).length > 0 || sinceMs >= JUDGED_AFTER * profileEveryMs;
}

/** The start of a process is told to a second or so; fewer GCs than before can only be another one's. */
function isAnotherProcess(known: KindHistory, { startedAt, gcCount }: Reading): boolean {
  if (known.readings === 0) return false;
  if (startedAt !== undefined && known.startedAt !== undefined)
    return Math.abs(startedAt - known.startedAt) > START_TOLERANCE_MS;
  return gcCount !== undefined && known.gcCount !== undefined && gcCount < known.gcCount;
}

const START_TOLERANCE_MS = 2_000;
