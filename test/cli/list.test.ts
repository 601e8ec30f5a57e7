import { expect } from 'chai';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runList } from '../../src/cli/list.ts';
import type { ListOptions } from '../../src/cli/list.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { needGo, PROGRAMS } from '../support/go.ts';
import { findPprof, pprofReports } from '../support/pprof-tool.ts';
import { writeProfile } from '../support/profile-writer.ts';

const AFTER = fixtureProfile('go1.26/heap-after.pb.gz');
const SOURCE = join(PROGRAMS, 'zoo');

function options(changes: Partial<ListOptions>): ListOptions {
  const defaults = { file: AFTER, base: undefined, source: undefined } as const;
  return { ...defaults, function: 'main.grow', sample: 'inuse_space', ...changes };
}

/** All lines with figures. Which lines without are shown, and how the file is spelled, is each one's own. */
function figures(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => !/^ +\. +\. /.test(line))
    .map((line) => line.replace(/ in \S*\/(\w+\.go)$/, ' in $1'));
}

const FUNCTIONS = ['^main\\.', 'main.\\(\\*Store', 'Round$'];
const REPORTS = HEAP_SAMPLE_TYPES.flatMap((sample) =>
  FUNCTIONS.map((pattern) => ({
    sample,
    pattern,
    settings: [`sample_index=${sample}`],
    command: `list ${pattern}`,
  })),
);
const PAIRS = ['go1.19', 'go1.22', 'go1.26', 'go1.27'].map(
  (version) => [`${version}/heap-after.pb.gz`, `${version}/heap-before.pb.gz`] as const,
);

describe('heapwarden list beside go tool pprof -list', () => {
  let pprof = '';

  before(async function () {
    this.timeout(300_000);
    await needGo(this);
    pprof = await findPprof();
  });

  const withSamples = fixtureProfiles('heap').filter((name) => !name.includes('rate0'));
  const cases = [
    ...withSamples.map((name) => [name] as const),
    ...PAIRS,
    ['go1.26/heap-pie-2.pb.gz', 'go1.26/heap-pie-1.pb.gz'] as const,
  ];
  for (const [name, baseName] of cases) {
    const against = baseName === undefined ? '' : ` since ${baseName}`;
    it(`prints the same figures and source for ${name}${against}, of each sample type`, async () => {
      const file = fixtureProfile(name);
      const base = baseName === undefined ? undefined : fixtureProfile(baseName);
      const expected = await pprofReports(
        { pprof, file, flags: [`-source_path=${SOURCE}`], ...(base !== undefined && { base }) },
        REPORTS,
      );
      for (const [index, { sample, pattern }] of REPORTS.entries()) {
        const ours = await runList(
          options({ file, base, sample, function: pattern, source: SOURCE }),
        );
        const theirs = figures(expected[index]!);
        const seen = ours.exitCode === 0 ? figures(ours.output) : [''];
        expect(seen, `${sample} ${pattern}`).to.eql(theirs);
      }
      expect(expected.filter((output) => output.includes('ROUTINE'))).to.have.length.above(3);
    });
  }
});

describe('heapwarden list', () => {
  it('shows the whole function around its figures where the source is found', async () => {
    const { exitCode, output } = await runList(options({ source: SOURCE }));
    expect(exitCode).to.equal(0);
    const [total, routine, sums, head, ...lines] = output.split('\n');
    expect(total).to.match(/^Total: [\d.]+MB$/);
    expect(routine).to.match(/^ROUTINE =+ main\.grow in \/tmp\/.*\/zoo\.go$/);
    expect(sums).to.match(/\(flat, cum\) .*% of Total$/);
    expect(head).to.match(/^ +\. +\. +\d+:func grow\(depth int\) \*Tree {$/);
    expect(lines.join('\n'))
      .to.match(/MB +\d+:\treturn &Tree{left: grow\(depth - 1\)/)
      .and.not.include('without');
  });

  it('shows the lines with figures alone where the source is not found', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-list-'));
    try {
      const without = await runList(options({}));
      const elsewhere = await runList(options({ source: folder }));
      const [said, saidElsewhere] = [without, elsewhere].map(({ output }) => output.split('\n'));
      expect(saidElsewhere?.slice(0, -2)).to.eql(said?.slice(0, -2));
      expect(said?.at(-2)).to.equal('without the text of the lines; --source FOLDER shows it');
      expect(saidElsewhere?.at(-2)).to.equal(
        `without the text of lines whose file is not below ${folder}`,
      );
      expect(without.output)
        .to.match(/MB +\d+:$/m)
        .and.not.match(/^ +\. +\. /m);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names the command that names the functions where none matches', async () => {
    const { exitCode, output } = await runList(options({ function: 'no.such' }));
    expect(exitCode).to.equal(1);
    expect(output).to.match(/no function matches no\.such; heapwarden top .* -n 0/);
  });
});

describe('source files that a profile names', () => {
  let folder = '';
  let inside = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-source-'));
    inside = join(folder, 'inside');
    await mkdir(join(inside, 'src', 'cart'), { recursive: true });
    await writeFile(join(folder, 'secret.go'), 'password\n'.repeat(9));
    await writeFile(join(inside, 'cart.go'), 'wrong end\n'.repeat(9));
    await writeFile(join(inside, 'src', 'cart', 'cart.go'), 'right file\n'.repeat(9));
    await writeFile(join(inside, 'huge.go'), 'x\n'.repeat(3e6));
    await symlink(join(folder, 'secret.go'), join(inside, 'link.go'));
    await symlink('/dev/zero', join(inside, 'zero.go'));
  });

  after(() => rm(folder, { recursive: true }));

  /** The profile writer keeps function F in the file /src/F.go. */
  async function shown(file: string): Promise<string> {
    const profile = join(folder, 'profile.pb.gz');
    const samples = [{ stack: [1], values: [1, 1, 1, 1] }];
    await writeFile(
      profile,
      writeProfile({ locations: [{ id: 1, lines: [`${file}:3`] }], samples }),
    );
    const result = await runList(options({ file: profile, function: '.', source: inside }));
    expect(result.exitCode, result.output).to.equal(0);
    return result.output;
  }

  it('are looked for by the longest end of their path', async () => {
    expect(await shown('cart/cart'))
      .to.include('right file')
      .and.not.include('wrong end');
    expect(await shown('elsewhere/cart')).to.include('wrong end');
  });

  it('are never read outside of the folder, by .. or by a symbolic link', async () => {
    for (const file of ['../secret', '../../../secret', 'link', `..${folder}/secret`, folder]) {
      const output = await shown(file);
      expect(output, file).to.include(' 3:').and.not.include('password');
    }
  });

  it('are not read where they are devices, folders or huge', async () => {
    for (const file of ['zero', 'huge', '.', 'a\0b', 'x/'.repeat(1000)]) {
      expect(await shown(file), file).to.match(/ 3:$/m);
    }
  });
});
