import type { Suspect, Verdict } from '../../src/growth/verdict.ts';
import type { SeriesMeta, SeriesPoll } from './series.ts';
import { percent, quantile } from './statistics.ts';
import type { Outcome } from './play.ts';

/** What was told of a leak at a poll, and what it leaked in the hour after it, bytes an hour. */
export interface ToldRate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly true: number;
}

const FORESEEN_POLLS = 60;
const POLLS_PER_HOUR = 60;
const COMES_AND_GOES = new Set(['diurnal', 'stop-and-go', 'ramp']);

/** The rates told in one series: of the one function of the heap that leaks, while it is suspected. */
export class RateLog {
  readonly #told: { readonly poll: number; readonly epoch: number; readonly suspect: Suspect }[] =
    [];
  readonly #leaked: { readonly epoch: number; readonly bytes: number }[] = [];
  readonly #names: ReadonlySet<string>;

  constructor({ culprits }: SeriesMeta) {
    const [only, ...others] = culprits;
    const isOne = only?.growth === 'heap' && others.length === 0;
    this.#names = new Set(isOne ? [...only.allocators, ...only.retainers] : []);
  }

  see({ epoch, leakedBytes }: SeriesPoll, { state, suspects }: Verdict): void {
    const poll = this.#leaked.push({ epoch, bytes: leakedBytes }) - 1;
    const suspect = suspects.find((each) => this.#names.has(each.function));
    const isSaid = state === 'suspect' || state === 'leak';
    if (isSaid && suspect !== undefined) this.#told.push({ poll, epoch, suspect });
  }

  /** Those with an hour of the same process after them. */
  get told(): readonly ToldRate[] {
    return this.#told.flatMap(({ poll, epoch, suspect }) => {
      const [now, then] = [this.#leaked[poll], this.#leaked[poll + FORESEEN_POLLS]];
      if (now === undefined || then?.epoch !== epoch || then.bytes <= now.bytes) return [];
      return [
        {
          rate: suspect.growthBytesPerHour,
          low: suspect.growthBytesPerHourLow,
          high: suspect.growthBytesPerHourHigh,
          true: ((then.bytes - now.bytes) * POLLS_PER_HOUR) / FORESEEN_POLLS,
        },
      ];
    });
  }
}

/** How well the rate of a leak foretells what it leaks in the next hour. */
export function formatRates(outcomes: readonly Outcome[]): string {
  const [changing, steady] = [true, false].map((comesAndGoes) =>
    outcomes
      .filter(({ meta }) => COMES_AND_GOES.has(meta.traffic) === comesAndGoes)
      .flatMap(({ rates }) => rates),
  );
  return [
    '| traffic | rates told | \\|log(rate/true)\\|, median | p90 | true rate within the bounds |',
    '|---|---|---|---|---|',
    row('steady', steady ?? []),
    row('comes and goes', changing ?? []),
    '',
  ].join('\n');
}

function row(name: string, told: readonly ToldRate[]): string {
  if (told.length === 0) return `| ${name} | 0 | — | — | — |`;
  const errors = told.map((each) => Math.abs(Math.log(Math.max(1, each.rate) / each.true)));
  const within = told.filter((each) => each.low <= each.true && each.true <= each.high);
  const cells = [
    name,
    told.length,
    quantile(errors, 0, 0.5).toFixed(2),
    quantile(errors, 0, 0.9).toFixed(2),
    percent(within.length / told.length),
  ];
  return `| ${cells.join(' | ')} |`;
}
