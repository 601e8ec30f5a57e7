import type { Standstill } from './standstill.ts';

export type VerdictState = 'insufficient' | 'quiet' | 'growing' | 'suspect' | 'leak';

/** What fills the room for live bytes: what alarms, and what was told before and still grows for sure. */
export function fillingIn(
  verdict: Pick<Verdict, 'state' | 'suspects' | 'followed'>,
): readonly Suspect[] {
  const goesOn = (verdict.followed ?? []).filter(
    ({ state, standstill, growthBytesPerHourLow }) =>
      state !== 'quiet' && standstill === undefined && growthBytesPerHourLow > 0,
  );
  const alarming = alarmingIn(verdict);
  return [
    ...alarming,
    ...goesOn.filter((each) => !alarming.some((other) => other.function === each.function)),
  ];
}

/** Whether what is so is told as a leak, or may be one. */
export function isAlarm(state: VerdictState): boolean {
  return state === 'suspect' || state === 'leak';
}

/** Those of its suspects that may leak, each by itself. */
export function alarmingIn({
  state: ofAll,
  suspects,
}: Pick<Verdict, 'state' | 'suspects'>): readonly Suspect[] {
  return suspects.filter(({ state = ofAll }) => isAlarm(state));
}

/** What the history of one target says now, and why. */
export interface Verdict {
  readonly state: VerdictState;
  /** Whether it is a leak for want of time to be surer. */
  readonly isUrgent?: true;
  /** Plain words, also when nothing is wrong: "only 9 of 24 fresh profiles". */
  readonly reason: string;
  /** Each test of the function that `reason` tells of, in the order they were applied; the first says whose. */
  readonly tests: readonly TestOutcome[];
  /** Strongest first; empty unless `growing` or above. */
  readonly suspects: readonly Suspect[];
  /** Of the functions that were asked for, named or not, those that hold anything: each by itself. */
  readonly followed?: readonly Suspect[];
  /** Profiles folded in all, those of them that were fresh, and the processes they came from. */
  readonly profiles: number;
  readonly fresh: number;
  readonly epochs: number;
  /** Fresh profiles of the running process: what the tests had to work on. */
  readonly freshInEpoch: number;
}

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** With the figures it was decided on. */
  readonly reason: string;
}

export interface Place {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** The function to look at. "Memory allocated in it is not freed"; who retains it, a heap profile cannot tell. */
export interface Suspect extends Place {
  readonly allocator: Place;
  /** The call path that grew most, function names, leaf first. */
  readonly stack: readonly string[];
  readonly inuseBytes: number;
  /** By how much its floor is higher now than it was at `since`. */
  readonly growthBytes: number;
  readonly growthBytesPerHour: number;
  /** Bounds of the rate: two standard errors either side. */
  readonly growthBytesPerHourLow: number;
  readonly growthBytesPerHourHigh: number;
  /** Since when it grows at this rate, Unix milliseconds; absent where that is all the time since `since`. */
  readonly rateSince?: number;
  /** Of all growth beyond noise, whoever it is of, 0 to 1; those of all suspects together make 1 at most. */
  readonly share: number;
  /** Of what was allocated since, the part that is still in use, 0 to 1. */
  readonly survival: number;
  /** Sampled objects that the growth stands on. */
  readonly samples: number;
  readonly z: number;
  /** Since when it grows, Unix milliseconds. */
  readonly since: number;
  /** What is said of it alone, and why, whatever grows beside it; absent where that is what the verdict says. */
  readonly state?: VerdictState;
  readonly reason?: string;
  /** Since when it does not grow any more; absent while it does, or may. */
  readonly standstill?: Standstill;
}

/** What folding one capture into the history found. */
export interface Finding {
  readonly profile: ProfileSummary;
  readonly verdict: Verdict;
}

export interface ProfileSummary {
  readonly timeMs: number;
  /** False where no GC has completed since the profile before: no evidence. */
  readonly fresh: boolean;
  /** True where this profile is the first of a new process. */
  readonly newEpoch: boolean;
  readonly inuseBytes: number;
  readonly stacks: number;
  readonly buildId: string;
}
