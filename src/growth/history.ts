import type { Profile } from '../pprof/profile.ts';
import { startAfterStep } from '../memory/clock-step.ts';
import { clockStepOn, moveAxis } from './cells.ts';
import { createEpoch, renewBooks } from './epoch.ts';
import type { Epoch } from './epoch.ts';
import type { Look } from './ledger.ts';
import { withLife } from './lives.ts';
import type { Life } from './lives.ts';
import { withPlateaus } from './plateaus.ts';
import type { Plateaus } from './plateaus.ts';
import { takeIn } from './take-in.ts';
import type { ProfileSummary } from './verdict.ts';

/** What is remembered of one target: the running process, and how many there were. */
export interface History {
  /** Time of the newest profile, Unix milliseconds; 0 before the first. */
  until: number;
  /** Profiles folded in all, those of them that were fresh, and the processes they came from. */
  profiles: number;
  fresh: number;
  epochs: number;
  /** Of each of the newest profiles, the newest last, whether another process began with it. */
  turns: readonly boolean[];
  /** What earlier processes levelled off at, bytes by function. */
  plateaus: Plateaus;
  /** What processes of other targets of the same service levelled off at, as it was known last. */
  beside: Plateaus;
  /** How they grew, the newest last. */
  lives: readonly Life[];
  /** `undefined` before the first profile. */
  epoch: Epoch | undefined;
}

/** When a profile was captured and when its process started, as far as it is known; Unix milliseconds. */
export interface CaptureTimes {
  readonly at: number;
  readonly startedAt?: number | undefined;
}

/** So few, that it is soon forgotten after a service came to rest. */
export const MAX_TURNS = 8;

const START_TOLERANCE_MS = 2_000;

export function createHistory(): History {
  return {
    until: 0,
    profiles: 0,
    fresh: 0,
    epochs: 0,
    turns: [],
    plateaus: new Map(),
    beside: new Map(),
    lives: [],
    epoch: undefined,
  };
}

/**
 * Takes a profile in; the history is changed in place. A profile that equals the one before in all its
 * sampled counts was published by the same GC and is no evidence. The very first profile of a history
 * is no `newEpoch` in its summary, for no process was seen to end. Where the clock was set since the
 * profile before, the times known are moved with it, so that rates stay those of the time that passed.
 */
export function foldProfile(
  history: History,
  profile: Profile,
  { at, startedAt }: CaptureTimes,
): ProfileSummary {
  followClock(history, at, startedAt);
  const { epoch, look, newEpoch } = readIn(history, profile, startedAt);
  const fresh = epoch.fresh === 0 || epoch.fingerprint !== look.fingerprint;
  settle(epoch);
  if (fresh) takeIn(epoch, look, at);
  if (epoch.books.ledger.isOvergrown) renewBooks(epoch);
  epoch.startedAt ??= startedAt;
  epoch.profiles++;
  history.until = at;
  history.profiles++;
  history.turns = [...history.turns, newEpoch].slice(-MAX_TURNS);
  history.fresh += fresh ? 1 : 0;
  return {
    timeMs: at,
    fresh,
    newEpoch,
    inuseBytes: look.inuseBytes,
    stacks: look.stacks,
    buildId: profile.build.id,
  };
}

function followClock({ epoch, until }: History, at: number, startedAt: number | undefined): void {
  if (epoch === undefined) return;
  const step = clockStepOn(epoch.axis, at, until);
  if (step === undefined) return;
  moveAxis(epoch.axis, step);
  epoch.startedAt = startAfterStep(epoch.startedAt, startedAt, step);
}

/** Reads the profile into the books of the epoch that it belongs to: the running one, or a new one. */
function readIn(
  history: History,
  profile: Profile,
  startedAt: number | undefined,
): { readonly epoch: Epoch; readonly look: Look; readonly newEpoch: boolean } {
  const running = history.epoch;
  if (running !== undefined && isSameBuild(running, profile, startedAt)) {
    const look = running.books.ledger.read(profile);
    if (goesOn(running, look)) return { epoch: running, look, newEpoch: false };
  }
  const epoch = createEpoch(profile, startedAt);
  beginEpoch(history, epoch);
  return { epoch, look: epoch.books.ledger.read(profile), newEpoch: running !== undefined };
}

function settle({ books: { ledger, sums } }: Epoch): void {
  sums.settle(ledger.lines);
  ledger.lines.settle();
}

function beginEpoch(history: History, epoch: Epoch): void {
  if (history.epoch !== undefined) {
    history.plateaus = withPlateaus(history.plateaus, history.epoch);
    history.lives = withLife(history.lives, history.epoch);
  }
  history.epoch = epoch;
  history.epochs++;
}

/**
 * A process ends with its start time and its build. Another sampling rate makes the counts another
 * thing, so it counts as another process.
 */
function isSameBuild(
  epoch: Epoch,
  { build, periodBytes }: Profile,
  startedAt: number | undefined,
): boolean {
  const known = epoch.startedAt ?? startedAt ?? 0;
  return (
    Math.abs((startedAt ?? known) - known) <= START_TOLERANCE_MS &&
    build.file === epoch.buildFile &&
    build.id === epoch.buildId &&
    periodBytes === epoch.periodBytes
  );
}

/** Where anything was allocated less often than before, another process has begun. */
function goesOn(epoch: Epoch, { allocBytes, decreased }: Look): boolean {
  return allocBytes >= epoch.allocBytes && !decreased;
}
