import type { SeriesMeta } from './series.ts';

/** When something was first said of a series, what it had leaked by then, and whom it named, the first one first. */
export interface Said {
  readonly poll: number;
  readonly leakedBytes: number;
  readonly named: readonly string[];
}

export type Level = 'suspect' | 'leak' | 'rose 5 in a row';

export interface Outcome {
  readonly meta: SeriesMeta;
  /** The poll at which it began to leak; -1 where it never did. */
  readonly onset: number;
  readonly polls: number;
  readonly said: Readonly<Record<Level, Said | undefined>>;
}

export interface Score {
  readonly level: Level;
  readonly leaks: number;
  readonly healthy: number;
  readonly found: readonly Outcome[];
  readonly missed: readonly Outcome[];
  /** Healthy ones alarmed at, and leaks alarmed at before they began. */
  readonly falseAlarms: readonly Outcome[];
  readonly namedFirst: number;
  readonly namedAmongThree: number;
  readonly delays: readonly number[];
  readonly leakedMib: readonly number[];
}

const LEVELS: readonly Level[] = ['suspect', 'leak', 'rose 5 in a row'];

/** Ambiguous series are left out: nobody could tell. */
export function scoreOf(outcomes: readonly Outcome[]): readonly Score[] {
  return LEVELS.map((level) => scoreAt(level, outcomes));
}

function scoreAt(level: Level, outcomes: readonly Outcome[]): Score {
  const leaks = outcomes.filter(({ meta }) => meta.kind === 'leak');
  const healthy = outcomes.filter(({ meta }) => meta.kind === 'healthy');
  const early = leaks.filter(({ said, onset }) => {
    const first = said[level];
    return first !== undefined && (onset < 0 || first.poll < onset);
  });
  const found = leaks.filter((each) => each.said[level] !== undefined && !early.includes(each));
  const namedWithin = (count: number) =>
    found.filter(({ said, meta }) =>
      said[level]?.named
        .slice(0, count)
        .some((name) => meta.culprits.some(({ allocators }) => allocators.includes(name))),
    ).length;
  return {
    level,
    leaks: leaks.length,
    healthy: healthy.length,
    found,
    missed: leaks.filter(({ said }) => said[level] === undefined),
    falseAlarms: [...healthy.filter(({ said }) => said[level] !== undefined), ...early],
    namedFirst: namedWithin(1),
    namedAmongThree: namedWithin(3),
    delays: found.map(({ said, onset }) => (said[level]?.poll ?? 0) - onset),
    leakedMib: found.map(({ said }) => (said[level]?.leakedBytes ?? 0) / 2 ** 20),
  };
}

export function formatTable(split: string, scores: readonly Score[]): string {
  const [first] = scores;
  const head =
    `Recorded real programs, split ${split}: ${first?.leaks} series that leak, ${first?.healthy} healthy ones.\n\n` +
    '| said | precision | recall | names it first | among three | delay, polls (median) | leaked by then, MiB (median) |\n' +
    '|---|---|---|---|---|---|---|\n';
  return head + scores.map(row).join('') + scores.map(misses).join('');
}

function row({ level, leaks, found, falseAlarms, ...score }: Score): string {
  const alarms = found.length + falseAlarms.length;
  const cells = [
    level,
    rate(found.length, alarms),
    rate(found.length, leaks),
    rate(score.namedFirst, found.length),
    rate(score.namedAmongThree, found.length),
    median(score.delays),
    median(score.leakedMib),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function misses({ level, missed, falseAlarms }: Score): string {
  const names = (outcomes: readonly Outcome[]) =>
    outcomes.map(({ meta }) => `${meta.case}/${meta.seed}`).join(', ') || 'none';
  return `\n${level}: missed ${names(missed)}; false alarms ${names(falseAlarms)}\n`;
}

/** With its 95 % interval by Wilson. */
function rate(hits: number, of: number): string {
  if (of === 0) return '—';
  const z = 1.96;
  const p = hits / of;
  const middle = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / (1 + z ** 2 / of);
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  return `${percent(p)} (${hits}/${of}; ${percent(middle - half)}–${percent(middle + half)})`;
}

function median(values: readonly number[]): string {
  if (values.length === 0) return '—';
  const sorted = values.toSorted((a, b) => a - b);
  return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0));
}
