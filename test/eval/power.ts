import { leaksAtOnce, LEAST_SAMPLES } from './table.ts';
import type { Outcome } from './play.ts';
import { percent } from './statistics.ts';

/**
 * What of the leaks any test could find in the first forty polls, at best: where all that leaks is small
 * objects that nothing else hides, a byte in `memProfileRate` is sampled, and `LEAST_SAMPLES` sampled objects
 * are the fewest that chance does not explain. Goroutines and memory outside the heap are counted exactly.
 */
export function formatPower(outcomes: readonly Outcome[]): string {
  const leaks = outcomes.filter((each) => each.meta.kind === 'leak' && leaksAtOnce(each));
  const powers = leaks.map((each) => ({ each, power: powerOf(each) }));
  const found = leaks.filter(({ said }) => said['suspect, within 40'] !== undefined).length;
  const most = powers.reduce((sum, { power }) => sum + power, 0);
  return [
    '| series | leaked by poll 40, MiB | sampled objects of it | standard error, MiB | a test could find | found |',
    `|${'---|'.repeat(6)}`,
    ...powers.toSorted((a, b) => a.power - b.power).map(({ each, power }) => row(each, power)),
    '',
    `Of ${leaks.length} leaks a test could find ${most.toFixed(1)} in the mean; ${found} were found.`,
    '',
  ].join('\n');
}

function row({ file, meta, leakedBy40, said }: Outcome, power: number): string {
  const samples = leakedBy40 / meta.memProfileRate;
  const error = Math.sqrt(leakedBy40 * meta.memProfileRate) / 2 ** 20;
  const cells = [
    file.replace('.series', ''),
    (leakedBy40 / 2 ** 20).toFixed(1),
    samples.toFixed(0),
    error.toFixed(1),
    percent(power),
    said['suspect, within 40'] === undefined ? 'no' : 'yes',
  ];
  return `| ${cells.join(' | ')} |`;
}

function powerOf({ meta, leakedBy40 }: Outcome): number {
  if (meta.culprits.some(({ growth }) => growth !== 'heap')) return 1;
  return poissonAtLeast(LEAST_SAMPLES, leakedBy40 / meta.memProfileRate);
}

/** The chance of `least` or more where `mean` are expected. */
export function poissonAtLeast(least: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let count = 0; count < least; count++) {
    below += term;
    term *= mean / (count + 1);
  }
  return Math.max(0, 1 - below);
}
