import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runPeek } from '../../src/cli/peek.ts';
import type { PeekOptions } from '../../src/cli/peek.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { needGo } from '../support/go.ts';
import { findPprof, pprofReports } from '../support/pprof-tool.ts';
import { writeProfile } from '../support/profile-writer.ts';
import { tempFolder } from '../support/temp-folder.ts';

const AFTER = fixtureProfile('go1.26/heap-after.pb.gz');
const BEFORE = fixtureProfile('go1.26/heap-before.pb.gz');

function options(changes: Partial<PeekOptions>): PeekOptions {
  const defaults = { file: AFTER, base: undefined, json: false } as const;
  return { ...defaults, function: 'main.grow', sample: 'inuse_space', ...changes };
}

/** pprof's head has the name and time of the file before this; its column heads end in blanks. */
function table(output: string): string[] {
  return output
    .slice(Math.max(0, output.indexOf('Showing nodes')))
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Of calls that are alike but for the sign pprof shows any first. */
function settled(lines: readonly string[]): string[] {
  const sizeOf = (line = ''): string | undefined => /^ {20,}-?(\S+) /.exec(line)?.[1];
  const runs: string[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (sizeOf(line) !== undefined && sizeOf(line) === sizeOf(run?.[0])) run?.push(line);
    else runs.push([line]);
  }
  return runs.flatMap((run) => run.toSorted());
}

const FUNCTIONS = ['.', '^main\\.', 'main.\\(\\*Keeper', 'Round$', '(?i)MALLOC'];
const REPORTS = HEAP_SAMPLE_TYPES.flatMap((sample) =>
  FUNCTIONS.map((pattern) => ({
    sample,
    pattern,
    settings: [`sample_index=${sample}`],
    command: `peek ${pattern}`,
  })),
);
const PAIRS = [
  ['go1.19/heap-after.pb.gz', 'go1.19/heap-before.pb.gz'],
  ['go1.22/heap-after.pb.gz', 'go1.22/heap-before.pb.gz'],
  ['go1.26/heap-after.pb.gz', 'go1.26/heap-before.pb.gz'],
  ['go1.26/heap-before.pb.gz', 'go1.26/heap-after.pb.gz'],
  ['go1.26/heap-pie-2.pb.gz', 'go1.26/heap-pie-1.pb.gz'],
  ['go1.26/heap-after.pb.gz', 'go1.19/heap-after.pb.gz'],
  ['go1.22/heap-delta.pb.gz', 'go1.22/heap-before.pb.gz'],
] as const;

describe('heapwarden peek beside go tool pprof -peek -nodefraction=0 -edgefraction=0', () => {
  let pprof = '';

  before(async function () {
    this.timeout(300_000);
    await needGo(this);
    pprof = await findPprof();
  });

  async function expectSameLines(file: string, base?: string): Promise<void> {
    const flags = ['-nodefraction=0', '-edgefraction=0'];
    const expected = await pprofReports(
      { pprof, file, flags, ...(base !== undefined && { base }) },
      REPORTS,
    );
    for (const [index, { sample, pattern }] of REPORTS.entries()) {
      const ours = await runPeek(options({ file, base, sample, function: pattern }));
      const seen = ours.exitCode === 0 ? table(ours.output) : [''];
      const theirs = table(expected[index]!);
      expect(settled(seen), `${sample} ${pattern}`).to.eql(settled(theirs));
    }
    const found = expected.filter((output) => /% {16}\| /.test(output));
    expect(found).to.have.length.above(10);
  }

  const withSamples = fixtureProfiles('heap').filter((name) => !name.includes('rate0'));
  const cases = [...withSamples.map((name) => [name] as const), ...PAIRS];
  for (const [name, baseName] of cases) {
    const against = baseName === undefined ? '' : ` since ${baseName}`;
    it(`prints the same lines for ${name}${against}, of each sample type`, async () => {
      const base = baseName === undefined ? undefined : fixtureProfile(baseName);
      await expectSameLines(fixtureProfile(name), base);
    });
  }

  it('prints the same lines for recursion, calls inlined here and there, and code without names', async () => {
    const file = join(tempFolder('peek'), 'tangled.pb');
    const locations = [
      { id: 1, lines: ['main.a:1'] },
      { id: 2, lines: ['main.b:1', 'main.a:2'] },
      { id: 3, lines: ['main.b:5'] },
      { id: 4, lines: [], mapping: 1 },
      { id: 5, lines: ['main.(*Keeper).Round:1', 'main.(*Keeper).Round:2', 'main.malloc:3'] },
      { id: 6, lines: [] },
    ];
    const samples = [
      [1, 3, 2, 1, 3],
      [5, 4, 2],
      [2, 6, 5, 1],
      [3, 2, 5, 5, 2],
      [4, 1],
      [6, 3],
    ].map((stack, at) => {
      const size = (at + 1) * 1000;
      const grown = (-3) ** at * 1000;
      return { stack, values: [size, size ** 2, grown, grown * 90] };
    });
    const mapping = { id: 1, start: 0, limit: 0x1000 };
    await writeFile(file, writeProfile({ locations, samples, mapping }));
    await expectSameLines(file);
  });
});

describe('heapwarden peek', () => {
  it('stands a function between those that call it and those it calls', async () => {
    const { exitCode, output } = await runPeek(options({ function: '^main\\.main\\.func1$' }));
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^File: zoo\.bin\n/);
    const [, separator, head, again, caller, itself, callee] = table(output);
    expect([separator, again]).to.eql([again, `${'-'.repeat(58)}+${'-'.repeat(13)}`]);
    expect(head).to.equal('      flat  flat%   sum%        cum   cum%   calls calls% + context');
    expect(caller).to.match(/^ {40,}[\d.]+MB {3}100% \| {3}net\/http\.HandlerFunc\.ServeHTTP$/);
    expect(itself).to.match(/% {16}\| main\.main\.func1$/);
    expect(callee).to.match(/^ {40,}[\d.]+MB .*% \| {3}main\.\S+/);
  });

  it('gives exact figures as JSON, with shares that have a sign', async () => {
    const { output } = await runPeek(options({ json: true, base: AFTER, file: BEFORE }));
    const { sample, unit, total, rows } = JSON.parse(output);
    expect({ sample, unit }).to.eql({ sample: 'inuse_space', unit: 'bytes' });
    const grow = rows.find((row: { function: string }) => row.function === 'main.grow');
    expect(grow.cum).to.be.below(0);
    expect(grow.cumShare).to.equal(grow.cum / total);
    const [caller] = grow.callers;
    expect(caller.value).to.be.below(0);
    expect(caller.share).to.equal(caller.value / -grow.cum);
    expect(caller.inline).to.equal(false);
  });

  it('names the command that names the functions where none matches, and ends with 1', async () => {
    const { exitCode, output } = await runPeek(options({ function: 'no.such' }));
    expect(exitCode).to.equal(1);
    expect(output).to.match(/no function matches no\.such; heapwarden top .* -n 0/);
  });

  it('shows long names by their two ends, and no control characters', async () => {
    const file = join(tempFolder('peek'), 'long.pb.gz');
    const long = `main.keep[${'go.shape.int,'.repeat(100)}]`;
    const locations = [{ id: 1, lines: [`${long}:1`, 'evil\x1b[2J:1'] }];
    const samples = [{ stack: [1], values: [1, 1, 1, 1] }];
    await writeFile(file, writeProfile({ locations, samples }));
    const { output } = await runPeek(options({ file, function: '.' }));
    expect(output).to.match(/\| main\.keep\[go\.shape\.int,\S*…\S*go\.shape\.int,\]$/m);
    expect(output).to.include('evil\ufffd[2J\n');
    expect(Math.max(...output.split('\n').map((line) => line.length))).to.be.below(340);
    const { rows } = JSON.parse(
      (await runPeek(options({ file, function: '.', json: true }))).output,
    );
    expect(rows[0].function).to.equal(long);
  });

  it('refuses what would come to gigabytes, and says what to do', async () => {
    const file = join(tempFolder('peek'), 'wide.pb.gz');
    const names = Array.from({ length: 60 }, (_, i) => `main.f${i}${'x'.repeat(50_000)}`);
    const locations = names.map((name, i) => ({ id: i + 1, lines: [`${name}:1`] }));
    const samples = locations.flatMap(({ id }) =>
      locations.map((other) => ({ stack: [id, other.id], values: [1, 1, 1, 1] })),
    );
    await writeFile(file, writeProfile({ locations, samples }));
    const { exitCode, output } = await runPeek(options({ file, function: '.', json: true }));
    expect(exitCode).to.equal(1);
    expect(output).to.equal(`${file}: more than 128 MiB to print; give the name of one function\n`);
    expect((await runPeek(options({ file, function: 'main.f7x' }))).exitCode).to.equal(0);
  });
});
