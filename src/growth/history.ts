import type { Profile } from '../pprof/profile.ts';
import { createEpoch } from './epoch.ts';
import type { Epoch } from './epoch.ts';
import { withLife } from './lives.ts';
import type { Life } from './lives.ts';
import { withPlateaus } from './plateaus.ts';
import type { Plateaus } from './plateaus.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { takeIn } from './take-in.ts';
import type { ProfileSummary } from './verdict.ts';

/** What is remembered of one target: the running process, and how many there were. */
export interface History {
  /** Profiles folded in all, those of them that were fresh, and the processes they came from. */
  profiles: number;
  fresh: number;
  epochs: number;
  /** What earlier processes levelled off at, bytes by function. */
  plateaus: Plateaus;
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

const START_TOLERANCE_MS = 2_000;

export function createHistory(): History {
  return { profiles: 0, fresh: 0, epochs: 0, plateaus: new Map(), lives: [], epoch: undefined };
}

/**
 * Takes a profile in; the history is changed in place. A profile that equals the one before in all its
 * sampled counts was published by the same GC and is no evidence. The very first profile of a history
 * is no `newEpoch` in its summary, for no process was seen to end.
 */
export function foldProfile(
  history: History,
  profile: Profile,
  { at, startedAt }: CaptureTimes,
): ProfileSummary {
  const snapshot = takeSnapshot(profile);
  const running = history.epoch;
  const same = running !== undefined && isSameProcess(running, { profile, snapshot, startedAt });
  const epoch = same ? running : createEpoch(profile, startedAt);
  if (!same) beginEpoch(history, epoch);
  const fresh = epoch.fresh === 0 || epoch.fingerprint !== snapshot.fingerprint;
  if (fresh) takeIn(epoch, { profile, snapshot, at });
  epoch.startedAt ??= startedAt;
  epoch.profiles++;
  history.profiles++;
  history.fresh += fresh ? 1 : 0;
  return {
    timeMs: at,
    fresh,
    newEpoch: running !== undefined && !same,
    inuseBytes: snapshot.inuseBytes,
    stacks: snapshot.stacks.length,
    buildId: profile.build.id,
  };
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
 * A process ends with its start time and its build, and where anything was allocated less often than
 * before. Another sampling rate makes the counts another thing, so it counts as another process.
 */
function isSameProcess(
  epoch: Epoch,
  {
    profile,
    snapshot,
    startedAt,
  }: {
    readonly profile: Profile;
    readonly snapshot: Snapshot;
    readonly startedAt: number | undefined;
  },
): boolean {
  const { build, periodBytes } = profile;
  const known = epoch.startedAt ?? startedAt ?? 0;
  return (
    Math.abs((startedAt ?? known) - known) <= START_TOLERANCE_MS &&
    build.file === epoch.buildFile &&
    build.id === epoch.buildId &&
    periodBytes === epoch.periodBytes &&
    snapshot.allocBytes >= epoch.allocBytes &&
    [...epoch.lines].every(
      ([key, before]) => (snapshot.lines.get(key)?.allocBytes ?? Infinity) >= before.allocBytes,
    )
  );
}
