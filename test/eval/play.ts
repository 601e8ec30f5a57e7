import { join } from 'node:path';
import type { GrowthRules } from '../../src/growth/alarm.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import type { Baseline, Observation, Statistic } from './baselines/baseline.ts';
import { grownMost } from './baselines/flat.ts';
import { Kinds, type KindsSaid } from './kinds.ts';
import { LimitLog, type Limited } from './limits.ts';
import { FIXTURES } from './record-plan.ts';
import type { PlannedSeries } from './record-plan.ts';
import { RateLog, type ToldRate } from './rates.ts';
import { openSeries } from './series.ts';
import type { SeriesMeta, SeriesPoll } from './series.ts';

/** When something was first said of a series, what it had leaked by then, and whom it named, the first one first. */
export interface Said {
  readonly poll: number;
  readonly leakedBytes: number;
  readonly named: readonly string[];
}

export const LEVELS = ['suspect', 'leak', 'suspect, from poll 60', 'suspect, within 40'] as const;

export type Level = (typeof LEVELS)[number];

/** A poll at which the statistic of a rule was higher than ever before: all that any threshold can alarm at. */
export interface Peak extends Said {
  readonly value: number;
}

export interface Outcome {
  readonly file: string;
  readonly meta: SeriesMeta;
  /** The poll at which it began to leak; -1 where it never did. */
  readonly onset: number;
  readonly polls: number;
  /** Leaked by the end of the first forty polls. */
  readonly leakedBy40: number;
  readonly said: Readonly<Partial<Record<Level, Said>>>;
  /** By the name of the baseline. */
  readonly peaks: ReadonlyMap<string, readonly Peak[]>;
  /** What ours says at the end. */
  readonly verdict: Verdict | undefined;
  /** At each poll, of leaks of one function of the heap. */
  readonly rates: readonly ToldRate[];
  /** In its first hour, near limits that it reaches or does not. */
  readonly limited: readonly Limited[];
}

/** The defaults of a configuration file. */
const RULES: GrowthRules = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};

/** Ours says nothing of a process before `minProfiles`, so the others need not either. */
const SKIPPED_POLLS = 24;
/** Where a series has none: a container of everyday size. */
const USUAL_LIMIT = 2 * 2 ** 30;
/** Compared with by those that only know totals, as a person would with `pprof -diff_base`. */
const BASE_POLL = 10;

/** Plays one recorded series through the detector of the daemon, and through the rules beside it. */
export async function play(
  { file }: PlannedSeries,
  baselines: readonly Baseline[],
): Promise<Outcome> {
  const { meta, polls } = await openSeries(join(FIXTURES, file));
  const history = createHistory();
  const ours = new Ours();
  const kinds = new Kinds(RULES);
  const others = new Others(baselines, meta);
  const rates = new RateLog(meta);
  const limits = new LimitLog(RULES);
  let [onset, played, leakedBy40] = [-1, 0, 0];
  for await (const poll of polls) {
    played += 1;
    if (onset < 0) onset = poll.onset;
    if (poll.poll < 40) leakedBy40 = poll.leakedBytes;
    const profile = decodeProfile(poll.profile);
    const { inuseBytes } = foldProfile(history, profile, { at: poll.at });
    const kindsSaid = kinds.see(poll);
    const judged = judge(history, RULES, { live: kinds.live });
    ours.see(poll, judged, kindsSaid);
    rates.see(poll, judged);
    limits.see(poll, judged);
    if (baselines.length > 0) others.see(poll, profile, inuseBytes);
  }
  const { said, verdict } = ours;
  const { peaks } = others;
  return {
    file,
    meta,
    onset,
    polls: played,
    leakedBy40,
    said,
    peaks,
    verdict,
    rates: rates.told,
    limited: limits.of(meta.kind),
  };
}

class Ours {
  readonly said: { [level in Level]?: Said } = {};
  verdict: Verdict | undefined;

  /** What goroutines or memory outside the heap are told of counts as the daemon tells it: before the heap. */
  see({ poll, leakedBytes }: SeriesPoll, verdict: Verdict, kinds: KindsSaid): void {
    this.verdict = verdict;
    const state = worse(verdict.state, kinds.state);
    if (state !== 'suspect' && state !== 'leak') return;
    const named = [...kinds.named, ...verdict.suspects.map((each) => each.function)];
    const now = { poll, leakedBytes, named };
    this.said.suspect ??= now;
    if (state === 'leak') this.said.leak ??= now;
    if (poll >= 60) this.said['suspect, from poll 60'] ??= now;
    if (poll < 40) this.said['suspect, within 40'] ??= now;
  }
}

function worse(heap: Verdict['state'], kinds: KindsSaid['state']): Verdict['state'] {
  if (heap === 'leak' || kinds === undefined) return heap;
  return kinds;
}

/** The baselines, begun anew with each process. */
class Others {
  readonly peaks = new Map<string, Peak[]>();
  readonly #baselines: readonly Baseline[];
  readonly #limitBytes: number;
  #rules: readonly ((seen: Observation) => Statistic)[] = [];
  #epoch: number | undefined;
  #index = 0;
  #base: Profile | undefined;

  constructor(baselines: readonly Baseline[], { memoryLimit }: SeriesMeta) {
    this.#baselines = baselines;
    this.#limitBytes = memoryLimit > 0 ? memoryLimit : USUAL_LIMIT;
  }

  see(poll: SeriesPoll, profile: Profile, inuseBytes: number): void {
    if (poll.epoch !== this.#epoch) this.#begin(poll.epoch);
    const index = this.#index++;
    if (index <= BASE_POLL) this.#base = profile;
    const seen = { index, poll, profile, inuseBytes, limitBytes: this.#limitBytes };
    const statistics = this.#rules.map((rule) => rule(seen));
    if (index < SKIPPED_POLLS) return;
    this.#baselines.forEach(({ name }, i) => {
      const { value = 0, named } = statistics[i] ?? {};
      const peaks = this.peaks.get(name) ?? [];
      this.peaks.set(name, peaks);
      if (value <= (peaks.at(-1)?.value ?? 0)) return;
      const { leakedBytes } = poll;
      peaks.push({ value, poll: poll.poll, leakedBytes, named: named ?? this.#top(profile) });
    });
  }

  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#index = 0;
    this.#rules = this.#baselines.map((each) => each.create());
  }

  #top(profile: Profile): readonly string[] {
    if (this.#base === undefined) return [];
    const grown = grownMost(this.#base, profile);
    return grown.slice(0, 3).map((each) => each.function);
  }
}

/** When a rule with a threshold alarms first. */
export function firstAt(peaks: readonly Peak[] | undefined, threshold: number): Said | undefined {
  return peaks?.find(({ value }) => value >= threshold);
}
