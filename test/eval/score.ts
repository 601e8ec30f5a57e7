import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { BASELINES } from './baselines/all.ts';
import type { Baseline } from './baselines/baseline.ts';
import { formatCases } from './cases.ts';
import { formatLimits } from './limits.ts';
import { formatPower } from './power.ts';
import { formatRates } from './rates.ts';
import { CORPUS, MANIFEST, manifest } from './record-plan.ts';
import type { PlannedSeries } from './record-plan.ts';
import { play } from './play.ts';
import type { Outcome } from './play.ts';
import { formatTable, methodsOf, scoreOf } from './table.ts';
import type { Tuned } from './table.ts';
import { tune } from './tune.ts';

/** Beside the manifest, written by `--tune` from dev. */
const TUNED = join(CORPUS, 'tuned.json');

const { values } = parseArgs({
  options: {
    split: { type: 'string', default: 'test' },
    dev: { type: 'boolean', default: false },
    /** Plays dev and writes the thresholds of the baselines anew. */
    tune: { type: 'boolean', default: false },
    /** What ours says of each series, in place of the table. */
    cases: { type: 'boolean', default: false },
    /** What sampling lets any test find of each leak in the first forty polls, in place of the table. */
    power: { type: 'boolean', default: false },
    /** How well the rates that ours tells foretell, in place of the table. */
    rates: { type: 'boolean', default: false },
    /** What is told of processes that are near their limit before there are profiles enough for a proof, in place of the table. */
    limits: { type: 'boolean', default: false },
    /** Only ours, which is faster. */
    ours: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true, default: [] },
  },
});

async function playAll(
  chosen: readonly PlannedSeries[],
  baselines: readonly Baseline[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, planned] of chosen.entries()) {
    const line = `${index + 1} of ${chosen.length} series: ${planned.file}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line.padEnd(70)}`);
    outcomes.push(await play(planned, baselines));
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return outcomes;
}

async function readTuned(): Promise<Tuned> {
  return z.record(z.string(), z.number()).parse(JSON.parse(await readFile(TUNED, 'utf8')));
}

async function textOf(): Promise<string> {
  if (values.power) return formatPower(outcomes);
  if (values.cases) return formatCases(outcomes);
  if (values.rates) return formatRates(outcomes);
  if (values.limits) return formatLimits(outcomes);
  const methods = methodsOf(baselines, await readTuned());
  return formatTable(
    split,
    methods.map((method) => scoreOf(method, outcomes)),
  );
}

const { series } = manifest.parse(JSON.parse(await readFile(MANIFEST, 'utf8')));
const split = values.dev || values.tune ? 'dev' : values.split;
const onlyOurs = values.cases || values.ours || values.power || values.rates || values.limits;
const baselines = onlyOurs ? [] : BASELINES;
const outcomes = await playAll(
  series
    .filter((each) => each.split === split)
    .filter((each) => values.case.length === 0 || values.case.includes(each.case)),
  baselines,
);
if (values.tune) await writeFile(TUNED, `${JSON.stringify(tune(outcomes), undefined, 2)}\n`);
process.stdout.write(await textOf());
