import { parseArgs } from 'node:util';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { addCell, createCells } from '../../src/kind/cells.ts';
import type { Cell } from '../../src/kind/cells.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { createRandom, simulate } from '../support/heap-simulator.ts';
import { STATIONARY } from './stationary.ts';
import type { Load } from './stationary.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const NOTHING_MEASURED = {
  heap_inuse: undefined,
  heap_idle: undefined,
  stacks: undefined,
  goroutines: undefined,
  off_heap: undefined,
  profiler: undefined,
  next_gc: undefined,
};
const MINUTES_PER_MONTH = 30 * 24 * 60;

interface Run {
  readonly load: Load;
  readonly seed: number;
  readonly profiles: number;
  readonly everyMinutes: number;
  /** Profiles from one verdict to the next. */
  readonly judgedEvery: number;
}

interface Tally {
  runs: number;
  profiles: number;
  months: number;
  suspect: number;
  leak: number;
}

/** How far the verdict went in the life of one process under one load. */
function watch({ load, seed, ...run }: Run): 'silent' | 'suspect' | 'leak' {
  const { profiles, everyMinutes, judgedEvery } = run;
  const history = createHistory();
  const sites = load.sites({ random: createRandom(seed + 1e6), everyMinutes });
  const live = createCells();
  let reached: 'silent' | 'suspect' = 'silent';
  const simulation = { sites, profiles, seed, everyMs: everyMinutes * 60_000 };
  for (const profile of simulate(simulation)) {
    foldProfile(history, profile, { at: profile.timeMs });
    addCell(live, liveHeapAt(profile));
    if (history.profiles % judgedEvery !== 0) continue;
    const { state } = judge(history, RULES, { live });
    if (state === 'leak') return 'leak';
    if (state === 'suspect') reached = 'suspect';
  }
  return reached;
}

/**
 * Stands for the reading of the live heap: what the samples add up to, whose noise goes the same way as that of
 * the functions, so that it bears out more of it than an exact count would.
 */
function liveHeapAt({ timeMs, values }: Profile): Cell {
  const total = (column: Float64Array | undefined): number =>
    column?.reduce((sum, each) => sum + each, 0) ?? 0;
  const lows = { ...NOTHING_MEASURED, heap_live: total(values['inuse_space']) };
  const allocatedBytes = total(values['alloc_space']);
  return { fromMs: timeMs, toMs: timeMs, readings: 1, lows, allocatedBytes };
}

function report(name: string, { runs, profiles, months, suspect, leak }: Tally): string {
  const alarms = [suspect + leak, leak].map((count) => `${count} (${bound(count, months)})`);
  const exposure = [runs, profiles, months.toFixed(2)];
  return `| ${[name, ...exposure, ...alarms].join(' | ')} |\n`;
}

/** The rate with its upper 95 % bound, a target-month: 3/N where there was none. */
function bound(count: number, months: number): string {
  const upper = count === 0 ? 3 : count + 1.645 * Math.sqrt(count) + 2;
  return `< ${Number((upper / months).toPrecision(2))}`;
}

function create(): Tally {
  return { runs: 0, profiles: 0, months: 0, suspect: 0, leak: 0 };
}

const { values } = parseArgs({
  options: {
    months: { type: 'string', default: '10' },
    /** Ends a run that takes longer, with what there is. */
    minutes: { type: 'string', default: '60' },
    /** Between two profiles of a target: 10 is the baseline of a quiet one, 1 that of a triggered one. */
    every: { type: 'string', default: '10' },
    /** How long a process lives, days. */
    days: { type: 'string', default: '7' },
    /** Profiles from one verdict to the next; the daemon's is 1. */
    judge: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});
const everyMinutes = Number(values.every);
const profiles = Math.round((Number(values.days) * 24 * 60) / everyMinutes);
const run = { profiles, everyMinutes, judgedEvery: Number(values.judge) };
const wanted = Number(values.months);
const until = performance.now() + Number(values.minutes) * 60_000;
const tallies = new Map(STATIONARY.map((load) => [load, create()]));
const total = create();
for (let seed = Number(values.seed); total.months < wanted && performance.now() < until; seed++) {
  for (const [load, tally] of tallies) {
    const reached = watch({ load, seed, ...run });
    count(total, run, reached);
    count(tally, run, reached);
  }
  process.stderr.write(`\r${total.months.toFixed(1)} of ${wanted} target-months`);
}
process.stderr.write('\n');
process.stdout.write(
  `A profile every ${everyMinutes} min, a process lives ${values.days} days, a verdict at every ${values.judge}. profile.\n\n` +
    '| load | processes | profiles | target-months | suspect or leak (95 % bound a month) | leak (95 % bound a month) |\n' +
    '|---|---|---|---|---|---|\n' +
    [...tallies].map(([{ name }, tally]) => report(name, tally)).join('') +
    report('all', total),
);

function count(
  tally: Tally,
  { profiles: seen, everyMinutes: every }: Pick<Run, 'profiles' | 'everyMinutes'>,
  reached: 'silent' | 'suspect' | 'leak',
): void {
  tally.runs++;
  tally.profiles += seen;
  tally.months += (seen * every) / MINUTES_PER_MONTH;
  if (reached !== 'silent') tally[reached]++;
}
