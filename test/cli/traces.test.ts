import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTraces } from '../../src/cli/traces.ts';
import type { TracesOptions } from '../../src/cli/traces.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { needGo } from '../support/go.ts';
import { findPprof, pprofReports } from '../support/pprof-tool.ts';
import { writeProfile } from '../support/profile-writer.ts';
import { tempFolder } from '../support/temp-folder.ts';

const AFTER = fixtureProfile('go1.26/heap-after.pb.gz');
const BEFORE = fixtureProfile('go1.26/heap-before.pb.gz');

function options(changes: Partial<TracesOptions>): TracesOptions {
  const defaults = { file: AFTER, base: undefined, count: 10, json: false } as const;
  return { ...defaults, sample: 'inuse_space', ...changes };
}

interface Row {
  readonly value: number;
  readonly stack: readonly { readonly function: string; readonly inline: boolean }[];
}

/** By the functions of a stack: what all samples of it hold, and which frames are inlined in each. */
function merged(rows: readonly Row[]): Map<string, { value: number; inline: boolean[] }> {
  const sums = new Map<string, { value: number; inline: boolean[] }>();
  for (const { value, stack } of rows) {
    if (value === 0) continue;
    const key = stack.map((frame) => frame.function).join('\n');
    const known = sums.get(key);
    sums.set(key, {
      value: (known?.value ?? 0) + value,
      inline: stack.map((frame, at) => frame.inline && known?.inline[at] !== false),
    });
  }
  return new Map([...sums].filter(([, { value }]) => value !== 0));
}

/** Of what pprof prints with `unit=B`; the size of objects stands before a stack. */
function samplesOf(output: string): Row[] {
  return output
    .split(/^-{11}\+-+$/m)
    .slice(1, -1)
    .map((sample) => {
      const lines = sample.split('\n').filter((line) => line !== '' && !/^ *bytes: /.test(line));
      const value = Number(lines[0]!.slice(0, lines[0]!.indexOf('   ', 10)).replace(/B$/, ''));
      const names = lines.map((line) => line.replace(/^ *(-?\d+B?)? {3}/, ''));
      const stack = names.map((name) => ({
        function: name.replace(/ \(inline\)$/, ''),
        inline: name.endsWith(' (inline)'),
      }));
      return { value, stack };
    });
}

const PAIRS = [
  ['go1.19/heap-after.pb.gz', 'go1.19/heap-before.pb.gz'],
  ['go1.26/heap-before.pb.gz', 'go1.26/heap-after.pb.gz'],
  ['go1.26/heap-pie-2.pb.gz', 'go1.26/heap-pie-1.pb.gz'],
] as const;

describe('heapwarden traces beside go tool pprof -traces', () => {
  let pprof = '';

  before(async function () {
    this.timeout(300_000);
    await needGo(this);
    pprof = await findPprof();
  });

  const withSamples = fixtureProfiles('heap').filter((name) => !name.includes('rate0'));
  const cases = [...withSamples.map((name) => [name] as const), ...PAIRS];
  for (const [name, baseName] of cases) {
    const against = baseName === undefined ? '' : ` since ${baseName}`;
    it(`has the stacks of ${name}${against} with the same values, of each sample type`, async () => {
      const file = fixtureProfile(name);
      const base = baseName === undefined ? undefined : fixtureProfile(baseName);
      const expected = await pprofReports(
        { pprof, file, ...(base !== undefined && { base }) },
        HEAP_SAMPLE_TYPES.map((sample) => ({
          settings: [`sample_index=${sample}`, 'unit=B'],
          command: 'traces',
        })),
      );
      for (const [index, sample] of HEAP_SAMPLE_TYPES.entries()) {
        const { output } = await runTraces(options({ file, base, sample, count: 0, json: true }));
        const theirs = merged(samplesOf(expected[index]!));
        const { rows } = JSON.parse(output) as { rows: Row[] };
        expect(theirs.size, sample).to.be.above(3);
        expect(rows, sample).to.have.lengthOf(theirs.size);
        expect(merged(rows), sample).to.eql(theirs);
        const sizes = rows.map(({ value }) => Math.abs(value));
        expect(sizes).to.eql(sizes.toSorted((a, b) => b - a));
      }
    });
  }
});

describe('heapwarden traces', () => {
  it('prints the stacks that hold most, leaf first, and how many there are', async () => {
    const { exitCode, output } = await runTraces(options({ count: 2 }));
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^File: zoo\.bin\nBuild ID: [0-9a-f]{40}\nType: inuse_space\nTime: /);
    const [head = '', ...stacks] = output.split(/^-{11}\+-{55}$/m);
    expect(head)
      .to.match(/^Showing stacks accounting for .+, .+% of .+ total$/m)
      .and.match(/^Showing top 2 stacks out of \d+$/m);
    expect(stacks.pop()).to.equal('\n');
    expect(stacks).to.have.lengthOf(2);
    for (const stack of stacks) {
      expect(stack).to.match(/^\n {1,8}[\d.]+[kM]B {3}\S.*\n(?: {13}\S.*\n)+$/);
      expect(stack).to.match(/^ {13}net\/http\.\(\*conn\)\.serve\n$/m);
    }
  });

  it('gives exact figures as JSON, with shares that have a sign', async () => {
    const { output } = await runTraces(
      options({ json: true, base: AFTER, file: BEFORE, count: 1 }),
    );
    const { sample, unit, total, stacks, rows } = JSON.parse(output);
    expect({ sample, unit }).to.eql({ sample: 'inuse_space', unit: 'bytes' });
    expect(stacks).to.be.above(1);
    expect(rows).to.have.lengthOf(1);
    expect(rows[0].value).to.be.below(0);
    expect(rows[0].share).to.equal(rows[0].value / total);
    expect(rows[0].stack.at(0)).to.have.keys('function', 'inline');
  });

  it('says which file is no heap profile, and ends with 1', async () => {
    const { exitCode, output } = await runTraces(
      options({ file: fixtureProfile('go1.26/cpu.pb.gz') }),
    );
    expect(exitCode).to.equal(1);
    expect(output).to.match(/cpu\.pb\.gz: profile: no Go heap profile/);
  });
  it('refuses what would come to gigabytes, and says what to do', async () => {
    const file = join(tempFolder('traces'), 'deep.pb');
    const locations = [{ id: 1, lines: [`main.f${'x'.repeat(100_000)}:1`] }];
    const samples = [{ stack: Array.from({ length: 2000 }, () => 1), values: [1, 1, 1, 1] }];
    await writeFile(file, writeProfile({ locations, samples }));
    const { exitCode, output } = await runTraces(options({ file }));
    expect(exitCode).to.equal(1);
    expect(output).to.equal(`${file}: more than 128 MiB to print; ask for fewer stacks with -n\n`);
  });
});
