import type { Baseline } from './baselines/baseline.ts';
import { OUTSIDE } from './kinds.ts';
import { LEVELS, firstAt } from './play.ts';
import type { Outcome, Said } from './play.ts';
import type { Culprit } from './series.ts';
import { BRIEF } from './record-plan.ts';
import { formatShare, percent, precisionAt, quantile } from './statistics.ts';

/** One way to decide: a level of ours, or a rule with a threshold. */
export interface Method {
  readonly name: string;
  said(outcome: Outcome): Said | undefined;
  /** Which series it can be asked of; by default all but those of forty polls, which are too short to be confirmed. */
  covers?(outcome: Outcome): boolean;
}

export interface Score {
  readonly name: string;
  readonly leaks: readonly Outcome[];
  readonly healthy: readonly Outcome[];
  readonly found: readonly Outcome[];
  readonly missed: readonly Outcome[];
  /** Healthy ones alarmed at, and leaks alarmed at before they began. */
  readonly falseAlarms: readonly Outcome[];
  /** Of the false alarms those at healthy ones. */
  readonly healthyAlarms: number;
  readonly namedFirst: number;
  readonly namedAmongThree: number;
  readonly delays: readonly number[];
  readonly leakedMib: readonly number[];
  /** Months of healthy targets, a poll being a minute. */
  readonly months: number;
}

const POLLS_PER_MONTH = 30 * 24 * 60;
const PREVALENCE = 0.03;
/** A leak that begins later leaves a series of forty polls too little to find. */
const LATEST_ONSET = 10;
/** The fewest sampled objects that chance does not explain over 500 functions and a month of polls. */
export const LEAST_SAMPLES = 26;
/** So many at Go's default rate. */
const FLOOR_BYTES = LEAST_SAMPLES * 2 ** 19;

export const OURS: readonly Method[] = [
  ...LEVELS.map((level) => ({
    name: `heapwarden: ${level}`,
    said: ({ said }: Outcome) => said[level],
    ...(level === 'suspect, within 40'
      ? { covers: (each: Outcome) => isWhole(each) && leaksAtOnce(each) }
      : {}),
  })),
  {
    name: 'heapwarden: suspect, within 40, of leaks of 13 MiB by then',
    said: ({ said }) => said['suspect, within 40'],
    covers: (outcome) =>
      isWhole(outcome) && (outcome.meta.kind !== 'leak' || outcome.leakedBy40 >= FLOOR_BYTES),
  },
  {
    name: 'heapwarden: suspect, of series of 40 polls at 1 MiB a poll',
    said: ({ said }) => said.suspect,
    covers: (outcome) => !isWhole(outcome) && leaksAtOnce(outcome),
  },
];

function isWhole({ meta }: Outcome): boolean {
  return meta.polls > BRIEF.polls;
}

export function leaksAtOnce({ meta, onset }: Outcome): boolean {
  return meta.kind !== 'leak' || (onset >= 0 && onset <= LATEST_ONSET);
}

/** Thresholds that gave no more false alarms on dev than `leak` of ours, by the name of the rule. */
export type Tuned = Readonly<Record<string, number>>;

export function methodsOf(baselines: readonly Baseline[], tuned: Tuned): readonly Method[] {
  const others = baselines.flatMap(({ name, published }) => {
    const at = tuned[name];
    const own = published.map(({ label, threshold }) => methodOf(name, label, threshold));
    return at === undefined ? own : [...own, methodOf(name, `tuned: ${figure(at)}`, at)];
  });
  return [...OURS, ...others];
}

/** A rule with one threshold. */
export function methodOf(name: string, label: string, threshold: number): Method {
  return {
    name: `${name}, ${label}`,
    said: ({ peaks }) => firstAt(peaks.get(name), threshold),
  };
}

/** Ambiguous series are left out: nobody could tell. */
export function scoreOf(method: Method, outcomes: readonly Outcome[]): Score {
  const covered = outcomes.filter((each) => method.covers?.(each) ?? isWhole(each));
  const leaks = covered.filter(({ meta }) => meta.kind === 'leak');
  const healthy = covered.filter(({ meta }) => meta.kind === 'healthy');
  const alarms = new Map(covered.map((each) => [each, method.said(each)]));
  const isEarly = (each: Outcome): boolean => {
    const first = alarms.get(each);
    return first !== undefined && (each.onset < 0 || first.poll < each.onset);
  };
  const early = leaks.filter(isEarly);
  const found = leaks.filter((each) => alarms.get(each) !== undefined && !isEarly(each));
  const alarmed = healthy.filter((each) => alarms.get(each) !== undefined);
  const namedWithin = (count: number): number =>
    found.filter((each) => isNamed(each, alarms.get(each)?.named.slice(0, count) ?? [])).length;
  return {
    name: method.name,
    leaks,
    healthy,
    found,
    missed: leaks.filter((each) => !found.includes(each)),
    falseAlarms: [...alarmed, ...early],
    healthyAlarms: alarmed.length,
    namedFirst: namedWithin(1),
    namedAmongThree: namedWithin(3),
    delays: found.map((each) => (alarms.get(each)?.poll ?? 0) - each.onset),
    leakedMib: found.map((each) => (alarms.get(each)?.leakedBytes ?? 0) / 2 ** 20),
    months: healthy.reduce((sum, { polls }) => sum + polls, 0) / POLLS_PER_MONTH,
  };
}

function isNamed({ meta }: Outcome, names: readonly string[]): boolean {
  return names.some((name) => meta.culprits.some((each) => isRight(each, name)));
}

/** Of goroutines the place where they block is right too, and of memory outside the heap that it is there. */
export function isRight({ growth, allocators, retainers }: Culprit, name: string): boolean {
  if (growth === 'goroutine' && retainers.includes(name)) return true;
  return allocators.includes(name) || (growth === 'off-heap' && name === OUTSIDE.off_heap);
}

const COLUMNS = [
  'alarm',
  'precision',
  'precision if 3 % leak',
  'recall',
  'names it first',
  'among three',
  'delay, polls: median, p90',
  'leaked by then, MiB: median, p90',
  'false alarms per target-month',
];

export function formatTable(split: string, scores: readonly Score[]): string {
  const [first] = scores;
  const { leaks = [], healthy = [], months = 0 } = first ?? {};
  return [
    `Recorded real programs, split ${split}: ${leaks.length} series that leak, ${healthy.length} healthy ones`,
    `(${months.toFixed(2)} target-months, a poll being a minute).`,
    '',
    `| ${COLUMNS.join(' | ')} |`,
    `|${'---|'.repeat(COLUMNS.length)}`,
    ...scores.map(row),
    '',
    ...scores.slice(0, OURS.length).map(misses),
    '',
  ].join('\n');
}

function row(score: Score): string {
  const { name, leaks, found, falseAlarms, healthy, healthyAlarms } = score;
  const recall = found.length / Math.max(1, leaks.length);
  const alarmed = healthyAlarms / Math.max(1, healthy.length);
  const rare = precisionAt(PREVALENCE, { recall, alarmed });
  const cells = [
    name,
    formatShare(found.length, found.length + falseAlarms.length),
    Number.isNaN(rare) ? '—' : percent(rare),
    formatShare(found.length, leaks.length),
    formatShare(score.namedFirst, found.length),
    formatShare(score.namedAmongThree, found.length),
    spread(score.delays, score),
    spread(score.leakedMib, score),
    formatRate(score),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What was never found counts as later than all else. */
function spread(values: readonly number[], { missed }: Score): string {
  return [0.5, 0.9]
    .map((share) => quantile(values, missed.length, share))
    .map((value) => (Number.isFinite(value) ? String(Math.round(value)) : 'never'))
    .join(', ');
}

/** None in N months bounds the rate at 3/N (95 %). */
function formatRate({ healthyAlarms, months }: Score): string {
  if (months === 0) return '—';
  return healthyAlarms === 0 ? `0 (< ${figure(3 / months)})` : figure(healthyAlarms / months);
}

function misses({ name, missed, falseAlarms }: Score): string {
  const names = (outcomes: readonly Outcome[]): string =>
    outcomes.map(({ file }) => file.replace('.series', '')).join(', ') || 'none';
  return `${name}: missed ${names(missed)}; false alarms ${names(falseAlarms)}\n`;
}

/** A threshold that only what is above all of them reaches is told as ∞. */
function figure(value: number): string {
  return value >= 1e9 ? '∞' : String(Number(value.toPrecision(3)));
}
