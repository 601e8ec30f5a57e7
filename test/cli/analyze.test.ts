import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAnalyze } from '../../src/cli/analyze.ts';
import type { AnalyzeOptions } from '../../src/cli/analyze.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const RULES: AnalyzeOptions = {
  json: true,
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const RECORDED = join(import.meta.dirname, '../../../fixtures/demo');

function recorded(program: string): readonly string[] {
  return Array.from({ length: 60 }, (_, index) =>
    join(RECORDED, program, `${String(index + 1).padStart(4, '0')}.pb.gz`),
  );
}

describe('analyze', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-analyze-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** One process after the other. */
  async function save(...processes: readonly string[]): Promise<readonly string[]> {
    const files: string[] = [];
    for (const profile of processes.flatMap((drawn) => drawProfiles(drawn))) {
      const timeMs = Date.UTC(2026, 0, 1) + files.length * 60_000;
      const file = join(folder, `${files.length}.pb.gz`);
      await writeFile(file, encodeProfile({ ...profile, timeMs }));
      files.push(file);
    }
    return files;
  }

  it('finds the leak of a real Go service, names its function and ends with 3', async () => {
    const { exitCode, output } = await runAnalyze(recorded('leaky'), RULES);
    const report = JSON.parse(output);
    expect(exitCode).to.equal(3);
    expect(report).to.include({ state: 'suspect', profiles: 60, epochs: 1, firstLeak: null });
    expect(report.firstSuspect).to.be.within(22, 30);
    expect(report.suspects[0].function).to.equal(
      'example.com/shop/internal/session.(*Store).Create',
    );
    expect(report.suspects[0].file).to.match(/session\/store\.go$/);
  });

  it('finds nothing in a real Go service that warms up a cache, and ends with 0', async () => {
    const { exitCode, output } = await runAnalyze(recorded('warmcache'), RULES);
    expect(exitCode).to.equal(0);
    expect(JSON.parse(output)).to.include({ firstSuspect: null, firstLeak: null });
  });

  it('prints as JSON every key that others rely on', async () => {
    const { output } = await runAnalyze(await save('main.main;shop/cart.Add 1..79/40'), RULES);
    const report = JSON.parse(output);
    expect(report).to.include.all.keys(
      'state',
      'reason',
      'profiles',
      'fresh',
      'epochs',
      'firstSuspect',
      'firstLeak',
      'suspects',
    );
    expect(report.suspects[0]).to.include.all.keys(
      'function',
      'file',
      'line',
      'allocator',
      'stack',
      'inuseBytes',
      'growthBytes',
      'growthBytesPerHour',
      'share',
      'survival',
      'samples',
      'z',
    );
    expect(report.suspects[0].allocator).to.have.all.keys('function', 'file', 'line');
  });

  it('tells positions of the files from zero, where it would first have said so', async () => {
    const files = await save('main.main;shop/cart.Add 1..119/60');
    const rules = { ...RULES, confirmProfiles: 48 };
    const report = JSON.parse((await runAnalyze(files, rules)).output);
    expect(report).to.include({ state: 'leak', firstSuspect: 23, firstLeak: 47 });
  });

  it('ends with 3 for the leak of a process that was followed by another', async () => {
    const files = await save('main.main;shop/cart.Add 1..79/40', 'main.main;shop/cart.Add 1*10');
    const json = await runAnalyze(files, RULES);
    expect(json.exitCode).to.equal(3);
    const report = JSON.parse(json.output);
    expect(report).to.include({ epochs: 2, firstSuspect: 23, firstLeak: null });
    expect(report.state).to.not.be.oneOf(['suspect', 'leak']);
    const text = await runAnalyze(files, { ...RULES, json: false });
    expect(text.output).to.contain('first a suspect at file 24');
    expect(text.exitCode).to.equal(3);
  });

  it('tells people the state, the reason, the function and the path', async () => {
    const files = await save('main.main;shop/cart.Add 1..79/40');
    const { output } = await runAnalyze(files, { ...RULES, json: false });
    expect(output).to.match(/^suspect: floor of shop\/cart.Add grew/);
    expect(output).to.match(/40 profiles, 40 fresh, of 1 process/);
    expect(output).to.match(/first a suspect at file 24, .*23\.pb\.gz/);
    expect(output).to.match(/shop\/cart\.Add {2}\/src\/cart\.go:/);
    expect(output).to.match(/^ {2}grew 7\S+MiB at \S+\/h \(\S+\/h to \S+\/h\), \S+MiB in use$/m);
  });

  it('says what to give in place of a folder, and of a text', async () => {
    const inFolder = await runAnalyze([folder], RULES);
    expect(inFolder).to.deep.equal({
      exitCode: 1,
      output: `${folder}: a folder; give profiles in it, such as ${folder}/*.pb.gz`,
    });
    const yaml = join(folder, 'heapwarden.yaml');
    await writeFile(yaml, '# heapwarden\nglobal:\n  smtp_smarthost: mail.example.com:587\n');
    expect(await runAnalyze([yaml], RULES)).to.deep.equal({
      exitCode: 1,
      output: `${yaml}: profile: this is text, beginning "# heapwarden\\nglobal:\\n  smtp_smarthost: m"; what /debug/pprof/heap answers is wanted, as it was saved`,
    });
  });

  it('says which file cannot be used and why, and ends with 1', async () => {
    const broken = join(folder, 'broken.pb.gz');
    await writeFile(broken, 'no profile');
    const missing = join(folder, 'missing.pb.gz');
    for (const file of [broken, missing]) {
      const { exitCode, output } = await runAnalyze([file], RULES);
      expect(exitCode).to.equal(1);
      expect(output).to.contain(file);
    }
  });
});
