import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { saveHistory } from '../../src/growth/saved-history.ts';
import { loadRasteriser } from '../../src/picture/png.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { curvesSvg, PICTURE_WIDTH, type Curve } from './curve-chart.ts';
import { measureFold } from './decode.ts';
import { measureFleet } from './fleet.ts';
import { buildGoProgram } from './go-peer.ts';
import { median } from './median.ts';
import { steadyPolls, withLiveStacks } from './steady-polls.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const TARGETS = [100, 500, 2_000, 5_000];
const SECONDS = 30;
/** Those of the recorded profile; more are made by a Go program. */
const FEW_STACKS = [1_000, 5_000, 20_000];
const MANY_STACKS = [50_000, 100_000, 200_000];
const POLLS = 9;
const AGES = [10, 30, 100, 300, 1_000, 3_000, 10_000];
const STACKS_OF_AGING = 500;
/** Polls before each age of which the median is taken, and polls of another process before the first. */
const WINDOW = 10;
const WARM_UP = 300;

/**
 * How the cost grows with what there is of it: processor time and memory of the daemon by its targets, the
 * time from bytes to history by the stacks of a profile, and that and the size of a history by its age.
 * One line of JSON a point, and all of it as a picture.
 */
export async function benchCurves(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: 'string', default: join(FIXTURES, 'pictures/curves.png') } },
  });
  const curves = [...byAge(), byStacks(), ...(await byTargets())];
  for (const { title, unit, points } of curves) {
    for (const { x, y } of points) console.log(JSON.stringify({ curve: title, x, y, unit }));
  }
  const rasteriser = await loadRasteriser();
  writeFileSync(values.out, rasteriser.draw(curvesSvg(curves), 2 * PICTURE_WIDTH));
  console.error(`  ${values.out}`);
}

async function byTargets(): Promise<readonly Curve[]> {
  const [cpu, memory]: Curve['points'][number][][] = [[], []];
  for (const targets of TARGETS) {
    const figures = await measureFleet({ targets, seconds: SECONDS, besidePrometheus: false });
    const [ours] = figures?.costs ?? [];
    if (ours === undefined) {
      console.error('  no Go here: nothing to read');
      break;
    }
    cpu!.push({ x: targets, y: ours.coreShare });
    memory!.push({ x: targets, y: ours.rssMiB });
  }
  const across = 'targets, read every 15 s';
  return [
    { title: 'Share of a core', across, unit: '', points: cpu! },
    { title: 'Resident memory', across, unit: 'MiB', points: memory! },
  ];
}

function byStacks(): Curve {
  const recorded = decodeProfile(readFileSync(join(FIXTURES, 'bench/heap-20000-after.pb.gz')));
  const points = FEW_STACKS.map((stacks) => {
    const profile = stacks < 20_000 ? withLiveStacks(recorded, stacks) : recorded;
    console.error(`  ${stacks} stacks …`);
    return { x: stacks, y: rounded(measureFold(profile, POLLS).historyMs) };
  });
  const binary = buildGoProgram(join(FIXTURES, 'programs/bigprofile'));
  if (binary === undefined) console.error('  no Go here: no more than 20,000 stacks');
  const made = binary === undefined ? [] : MANY_STACKS;
  for (const stacks of made) {
    console.error(`  ${stacks} stacks …`);
    points.push({ x: stacks, y: rounded(foldMade(binary!, stacks)) });
  }
  return { title: 'From bytes to history', across: 'stacks of a profile', unit: 'ms', points };
}

function foldMade(binary: string, stacks: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'heapwarden-curves-'));
  try {
    spawnSync(binary, ['-stacks', String(stacks), '-out', folder], { stdio: 'inherit' });
    const bytes = readFileSync(join(folder, `heap-${stacks}-after.pb.gz`));
    return measureFold(decodeProfile(bytes), POLLS).historyMs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byAge(): readonly Curve[] {
  const recorded = decodeProfile(readFileSync(join(FIXTURES, 'bench/heap-20000-after.pb.gz')));
  const profile = withLiveStacks(recorded, STACKS_OF_AGING);
  const polls = AGES.at(-1) ?? 0;
  const another = createHistory();
  for (const bytes of steadyPolls(profile, { polls: WARM_UP, seed: 2 })) {
    foldProfile(another, decodeProfile(bytes), { at: 60_000 * (another.profiles + 1) });
  }
  const history = createHistory();
  const [times, sizes]: Curve['points'][number][][] = [[], []];
  const recent: number[] = [];
  let poll = 0;
  console.error(`  ${polls} polls of one process …`);
  for (const bytes of steadyPolls(profile, { polls, seed: 1 })) {
    const started = performance.now();
    foldProfile(history, decodeProfile(bytes), { at: 60_000 * ++poll });
    recent.push(performance.now() - started);
    if (!AGES.includes(poll)) continue;
    times!.push({ x: poll, y: rounded(median(recent.slice(-WINDOW))) });
    sizes!.push({ x: poll, y: Math.round(saveHistory(history).length / 1_024) });
  }
  const across = `polls so far, ${STACKS_OF_AGING} stacks in use`;
  return [
    { title: 'From bytes to history', across, byPowers: true, unit: 'ms', points: times! },
    { title: 'Size of the history', across, byPowers: true, unit: 'KiB', points: sizes! },
  ];
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
