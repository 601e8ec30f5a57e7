import { groupGoroutines } from '../../src/goroutine/group.ts';
import { findPile, type Looks } from '../../src/goroutine/pile-up.ts';
import type { GrowthRules } from '../../src/growth/alarm.ts';
import type { Cells } from '../../src/kind/cells.ts';
import { observeKinds, NO_READINGS } from '../../src/kind/kind-history.ts';
import type { AlarmingKind, KindAlarm } from '../../src/kind/kind-verdict.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { decodeGoroutines } from '../../src/pprof/decode-goroutines.ts';
import { POLL_MS, type SeriesPoll } from './series.ts';

/** How what has no function of the heap is named here. */
export const OUTSIDE: Readonly<Record<AlarmingKind, string>> = {
  goroutine: 'goroutines at an unknown place',
  off_heap: 'memory outside the Go heap',
  profiler: 'tables of the profiler',
};

export interface KindsSaid {
  readonly state: 'suspect' | 'leak' | undefined;
  /** Of goroutines where they block, who started them and where. */
  readonly named: readonly string[];
}

/** The kinds of growth as the daemon judges them, at each poll of a series. */
export class Kinds {
  readonly #rules: GrowthRules;
  #history = NO_READINGS;
  #looks: Looks | undefined;

  constructor(rules: GrowthRules) {
    this.#rules = rules;
  }

  get live(): Cells {
    return this.#history.cells;
  }

  see(poll: SeriesPoll): KindsSaid {
    const rules = { ...this.#rules, profileEveryMs: POLL_MS };
    const { history, verdict, newEpoch } = observeKinds(this.#history, readingOf(poll), rules);
    this.#history = history;
    if (newEpoch) this.#looks = undefined;
    const suspicious = verdict.alarms.some(
      ({ kind, state }) => kind === 'goroutine' && state !== 'quiet' && state !== 'insufficient',
    );
    if (suspicious && poll.goroutineProfile !== undefined) this.#look(poll.goroutineProfile);
    // The daemon looks before it tells; here a look comes with every fifth poll, if at all.
    const alarms = verdict.alarms
      .filter(({ kind }) => kind !== 'goroutine' || this.#looks !== undefined)
      .filter(({ state }) => state === 'suspect' || state === 'leak');
    const isLeak = alarms.some(({ state }) => state === 'leak');
    const state = isLeak ? 'leak' : alarms.length > 0 ? 'suspect' : undefined;
    return { state, named: alarms.flatMap((alarm) => this.#namesOf(alarm)) };
  }

  #look(profile: Uint8Array): void {
    const last = { at: 0, ...groupGoroutines(decodeGoroutines(profile), []) };
    this.#looks = { first: this.#looks?.first ?? last, last };
  }

  #namesOf({ kind }: KindAlarm): readonly string[] {
    const pile = kind === 'goroutine' && this.#looks ? findPile(this.#looks, undefined) : undefined;
    if (pile === undefined) return [OUTSIDE[kind]];
    const { blockedIn, startedBy, createdIn } = pile.group;
    return [
      blockedIn.function,
      startedBy.function,
      ...(createdIn === undefined ? [] : [createdIn]),
    ];
  }
}

export function readingOf(poll: SeriesPoll): Reading {
  return {
    at: poll.at,
    source: 'metrics',
    heapInuseBytes: poll.heapInuse,
    heapAllocBytes: poll.heapAlloc,
    heapIdleBytes: poll.heapIdle,
    heapReleasedBytes: poll.heapReleased,
    stackInuseBytes: poll.stackInuse,
    profilerBytes: poll.buckHashSys,
    sysBytes: poll.sys,
    nextGcBytes: poll.nextGC,
    allocatedBytes: poll.totalAlloc,
    rssBytes: poll.rss,
    limitBytes: undefined,
    goroutines: poll.goroutines,
    gcCount: poll.numGC,
    // A number of its own for each process is all that is wanted of it.
    startedAt: (poll.epoch + 1) * 3_600_000,
    goVersion: undefined,
  };
}
