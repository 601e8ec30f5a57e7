import type { Verdict } from '../../src/growth/verdict.ts';
import { fillingIn } from '../../src/growth/verdict.ts';
import { outlookAt } from '../../src/incident/outlook.ts';
import { judgeUrgency } from '../../src/incident/urgency.ts';
import { memoryInUse } from '../../src/memory/reading.ts';
import type { Reading } from '../../src/memory/reading.ts';
import type { Outcome } from './play.ts';
import { readingOf } from './kinds.ts';
import { POLL_MS, type SeriesPoll } from './series.ts';
import { formatShare } from './statistics.ts';

/** The polls at which a leak is made to reach its limit: too early for any proof but that. */
const ENDS = [30, 35, 40, 45, 50, 55] as const;
/** By how much the limit of a healthy process is above all that it ever holds. */
const MARGINS = [0.02, 0.1, 0.25, 0.5] as const;
/** By default one more is enough for the other proof by the limit. */
const EARLY_POLLS = 59;
/** Before the end: time to do something. */
const IN_TIME = 3;

/** What is said in the first polls of a series that has a limit. */
export interface Limited {
  /** `reached within 30 profiles`, or `10% above its highest memory`. */
  readonly limit: string;
  /** The poll at which memory reaches the limit; `undefined` where it never does. */
  readonly endsAt: number | undefined;
  /** The first polls at which it was said; `undefined` where it was not while the process lived. */
  readonly suspectAt: number | undefined;
  readonly leakAt: number | undefined;
}

/** What the daemon would have said of the first process of a series near a memory limit. */
export class LimitLog {
  readonly #rules: { readonly minProfiles: number };
  readonly #early: { readonly reading: Reading; readonly verdict: Verdict }[] = [];
  #highest = 0;

  constructor(rules: { readonly minProfiles: number }) {
    this.#rules = rules;
  }

  see(poll: SeriesPoll, verdict: Verdict): void {
    const reading = readingOf(poll);
    this.#highest = Math.max(this.#highest, memoryInUse(reading).bytes);
    if (poll.epoch === 0 && this.#early.length < EARLY_POLLS)
      this.#early.push({ reading, verdict });
  }

  of(kind: Outcome['meta']['kind']): readonly Limited[] {
    if (kind === 'leak') return ENDS.flatMap((poll) => this.#reachedAt(poll) ?? []);
    return MARGINS.map((margin) => {
      const limit = `${Math.round(100 * margin)}% above its highest memory`;
      return this.#said(limit, (1 + margin) * this.#highest, undefined);
    });
  }

  #reachedAt(poll: number): Limited | undefined {
    const until = this.#early.slice(0, poll + 1).map(({ reading }) => memoryInUse(reading).bytes);
    const limitBytes = Math.max(...until);
    const endsAt = until.indexOf(limitBytes);
    if (endsAt < this.#rules.minProfiles) return undefined;
    return this.#said(`reached within ${poll} profiles`, limitBytes, endsAt);
  }

  #said(limit: string, limitBytes: number, endsAt: number | undefined): Limited {
    const states = this.#early
      .slice(0, endsAt)
      .map(({ reading, verdict }) => this.#stateAt(reading, verdict, limitBytes));
    const first = (...wanted: readonly Verdict['state'][]): number | undefined => {
      const poll = states.findIndex((state) => wanted.includes(state));
      return poll < 0 ? undefined : poll;
    };
    return { limit, endsAt, suspectAt: first('suspect', 'leak'), leakAt: first('leak') };
  }

  #stateAt(reading: Reading, verdict: Verdict, limitBytes: number): Verdict['state'] {
    const { at } = reading;
    const outlook = outlookAt({ at, reading, limitBytes, all: fillingIn(verdict) });
    return judgeUrgency(verdict, {
      ...this.#rules,
      at,
      intervalMs: POLL_MS,
      outlook,
      wasUrgent: false,
    }).state;
  }
}

/** How often a process is told as a leak before it could have the profiles of any other proof: rightly and wrongly. */
export function formatLimits(outcomes: readonly Outcome[]): string {
  const rows = (['leak', 'healthy'] as const).flatMap((kind) => {
    const all = outcomes
      .filter(({ meta, onset }) => meta.kind === kind && (kind === 'healthy' || onset === 0))
      .flatMap(({ limited }) => limited);
    return [...new Set(all.map(({ limit }) => limit))].map((limit) =>
      row(
        kind,
        all.filter((each) => each.limit === limit),
      ),
    );
  });
  return [
    `| memory limit | series | suspected | told as a leak | ${IN_TIME} profiles or more before the end |`,
    `|${'---|'.repeat(5)}`,
    ...rows,
    '',
  ].join('\n');
}

function row(kind: string, limited: readonly Limited[]): string {
  const suspected = limited.filter(({ suspectAt }) => suspectAt !== undefined);
  const told = suspected.flatMap(({ leakAt, endsAt }) =>
    leakAt === undefined ? [] : { leakAt, endsAt },
  );
  const inTime = told.filter(({ leakAt, endsAt = Infinity }) => endsAt - leakAt >= IN_TIME);
  const isLeak = kind === 'leak';
  const cells = [
    `${kind}, ${limited[0]?.limit ?? ''}`,
    limited.length,
    suspected.length,
    formatShare(told.length, isLeak ? suspected.length : limited.length),
    isLeak ? inTime.length : '—',
  ];
  return `| ${cells.join(' | ')} |`;
}
