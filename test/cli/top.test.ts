import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runTop } from '../../src/cli/top.ts';
import type { TopOptions } from '../../src/cli/top.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { needGo } from '../support/go.ts';
import { findPprof, pprofReports } from '../support/pprof-tool.ts';
import { writeProfile } from '../support/profile-writer.ts';

const AFTER = fixtureProfile('go1.26/heap-after.pb.gz');
const BEFORE = fixtureProfile('go1.26/heap-before.pb.gz');

function options(changes: Partial<TopOptions>): TopOptions {
  const defaults = { file: AFTER, base: undefined, count: 10, json: false } as const;
  return { ...defaults, sort: 'flat', sample: 'inuse_space', ...changes };
}

/** Of pprof's head only the first lines differ, with the name of the file and the time. */
function table(output: string): string {
  return output.slice(output.indexOf('Showing nodes'));
}

const REPORTS = HEAP_SAMPLE_TYPES.flatMap((sample) => [
  { sample, sort: 'flat', count: 0, settings: [`sample_index=${sample}`, 'sort=flat'] } as const,
  { sample, sort: 'cum', count: 0, settings: [`sample_index=${sample}`, 'sort=cum'] } as const,
  { sample, sort: 'flat', count: 5, settings: [`sample_index=${sample}`, 'sort=flat'] } as const,
]);

const PAIRS = [
  ['go1.19/heap-after.pb.gz', 'go1.19/heap-before.pb.gz'],
  ['go1.22/heap-after.pb.gz', 'go1.22/heap-before.pb.gz'],
  ['go1.26/heap-after.pb.gz', 'go1.26/heap-before.pb.gz'],
  ['go1.26/heap-before.pb.gz', 'go1.26/heap-after.pb.gz'],
  ['go1.26/heap-pie-2.pb.gz', 'go1.26/heap-pie-1.pb.gz'],
  ['go1.26/heap-after.pb.gz', 'go1.19/heap-after.pb.gz'],
  ['go1.26/heap-rate4096.pb.gz', 'go1.26/heap-after.pb.gz'],
  ['go1.22/allocs.pb.gz', 'go1.22/heap-after.pb.gz'],
  ['go1.22/heap-delta.pb.gz', 'go1.22/heap-before.pb.gz'],
] as const;

describe('heapwarden top beside go tool pprof -top -nodefraction=0', () => {
  let pprof = '';

  before(async function () {
    // Newer Go versions build pprof when it is first asked for.
    this.timeout(300_000);
    await needGo(this);
    pprof = await findPprof();
  });

  async function expectSameLines(file: string, base: string | undefined): Promise<void> {
    const expected = await pprofReports(
      { pprof, file, flags: ['-nodefraction=0'], ...(base !== undefined && { base }) },
      REPORTS.map(({ settings, count }) => ({
        settings,
        command: `top${count === 0 ? 1e6 : count}`,
      })),
    );
    for (const [index, { sample, sort, count }] of REPORTS.entries()) {
      const { output } = await runTop(options({ file, base, sample, sort, count }));
      // pprof's mark for inlined calls depends on how many rows it shows; here it does not.
      const marks = count === 0 ? /$^/ : / \((partial-)?inline\)$/gm;
      expect(table(output).replace(marks, ''), `${sample} ${sort} ${count}`).to.equal(
        expected[index]!.replace(marks, ''),
      );
    }
  }

  const cases = [...fixtureProfiles('heap').map((name) => [name] as const), ...PAIRS];
  for (const [name, baseName] of cases) {
    const against = baseName === undefined ? '' : ` since ${baseName}`;
    it(`prints the same lines for ${name}${against}, of each sample type, by flat and by cum`, async () => {
      const base = baseName === undefined ? undefined : fixtureProfile(baseName);
      await expectSameLines(fixtureProfile(name), base);
    });
  }

  it('prints of a difference that was written to a file what pprof does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-top-'));
    try {
      const file = join(folder, 'difference.pb.gz');
      const ofBoth = await runTop(options({ base: BEFORE, count: 0, output: file }));
      const settings = ['sample_index=inuse_space'];
      const [expected] = await pprofReports({ pprof, file, flags: ['-nodefraction=0'] }, [
        { settings, command: 'top1000000' },
      ]);
      const ofFile = await runTop(options({ file, count: 0 }));
      expect(table(ofFile.output)).to.equal(expected);
      expect(table(ofBoth.output)).to.equal(expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes shares of the base in a difference that pprof has saved, and saves it as such', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-top-'));
    try {
      const [file, again] = [join(folder, 'difference.pb.gz'), join(folder, 'again.pb.gz')];
      await promisify(execFile)(pprof, ['-proto', '-output', file, '-diff_base', BEFORE, AFTER]);
      await expectSameLines(file, undefined);
      await expectSameLines(file, fixtureProfile('go1.22/heap-after.pb.gz'));
      const { output } = await runTop(options({ file, count: 0, output: again }));
      const settings = ['sample_index=inuse_space'];
      const [saved] = await pprofReports({ pprof, file: again, flags: ['-nodefraction=0'] }, [
        { settings, command: 'top1000000' },
      ]);
      expect(saved)
        .to.equal(table(output))
        .and.match(/ of .* total/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('heapwarden top', () => {
  it('names the program, the sample type, the time and the largest functions first', async () => {
    const { exitCode, output } = await runTop(options({ count: 3 }));
    const [file, build, type, time, showing, outOf, head, first, ...others] = output
      .trimEnd()
      .split('\n');
    expect([exitCode, file, type]).to.eql([0, 'File: zoo.bin', 'Type: inuse_space']);
    expect(build).to.match(/^Build ID: [0-9a-f]{40}$/);
    expect(time).to.match(/^Time: \d{4}-\d\d-\d\dT/);
    expect(showing).to.match(/^Showing nodes accounting for .+, .+% of .+ total$/);
    expect(outOf).to.match(/^Showing top 3 nodes out of \d+$/);
    expect(head).to.equal('      flat  flat%   sum%        cum   cum%');
    expect(first).to.match(/main\.keep\[go\.shape\.struct/);
    expect(others).to.have.lengthOf(2);
  });

  it('gives exact figures as JSON, with shares that have a sign', async () => {
    const { output } = await runTop(options({ json: true, count: 0, base: AFTER, file: BEFORE }));
    const { sample, unit, total, functions, rows } = JSON.parse(output);
    expect({ sample, unit }).to.eql({ sample: 'inuse_space', unit: 'bytes' });
    expect(functions).to.equal(rows.length);
    const grow = rows.find((row: { function: string }) => row.function === 'main.grow');
    expect(grow.flat).to.be.below(0);
    expect(grow.flatShare).to.equal(grow.flat / total);
    expect(grow.cumShare).to.equal(grow.cum / total);
    const sum = rows.reduce((all: number, row: { flat: number }) => all + row.flat, 0);
    expect(rows.at(-1).sumShare).to.equal(sum / total);
  });

  it('says which file is no heap profile, and ends with 1', async () => {
    const cpu = fixtureProfile('go1.26/cpu.pb.gz');
    const text = fixtureProfile('go1.26/heap-debug1.txt');
    const results = await Promise.all([
      runTop(options({ file: cpu })),
      runTop(options({ file: AFTER, base: text })),
      runTop(options({ file: '/nowhere/heap.pb.gz' })),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).to.eql([1, 1, 1]);
    expect(results[0].output).to.match(/cpu\.pb\.gz: profile: no Go heap profile.*samples\/count/);
    expect(results[1].output).to.match(/debug1\.txt: profile: this is the text form/);
    expect(results[2].output).to.match(/^\/nowhere\/heap\.pb\.gz: cannot be read: ENOENT/);
  });

  it('saves over no file that is there, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-top-'));
    try {
      const output = join(folder, 'kept.pb.gz');
      await writeFile(output, 'kept');
      const result = await runTop(options({ base: BEFORE, output }));
      expect(result.exitCode).to.equal(1);
      expect(result.output).to.match(/kept\.pb\.gz: cannot be written: EEXIST.*; name a new file/);
      expect(await readFile(output, 'utf8')).to.equal('kept');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('prints no control characters that a profile smuggles into its names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-top-'));
    try {
      const file = join(folder, 'evil.pb.gz');
      const locations = [{ id: 1, lines: ['evil\x1b[2J\u202e\r\n:1'] }];
      const samples = [{ stack: [1], values: [1, 1, 1, 1] }];
      await writeFile(file, writeProfile({ locations, samples }));
      const { output } = await runTop(options({ file }));
      expect(output).to.match(/evil\ufffd\[2J\ufffd\ufffd\ufffd$/m);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
