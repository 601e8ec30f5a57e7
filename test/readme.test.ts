import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { checkConfig } from '../src/cli/check-config.ts';
import type { TargetConfig } from '../src/config/config.ts';
import { parseConfig } from '../src/config/load.ts';
import { leastLasting } from '../src/growth/lasting.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = join(ROOT, 'README.md');

/** Of a package, by its name alone. */
const IMPORT = /(?:\bfrom |import\(|meta\.resolve\()'((?:@[a-z0-9-]+\/)?[a-z0-9-]+)(?:\/[^']*)?'/g;

/** `24 minutes` in milliseconds. */
function words(text: string): number {
  const [, count, unit] = /(\d+) (minutes|hours)/.exec(text) ?? [];
  return Number(count) * (unit === 'hours' ? 3_600_000 : 60_000);
}

/** As GitHub makes them of headings. */
function anchorsIn(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** How many links and pictures of a document stay in the project, and those of them that lead nowhere. */
async function linksOf(
  document: string,
): Promise<{ readonly links: number; readonly broken: readonly string[] }> {
  const text = await readFile(join(ROOT, document), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => !link.startsWith('http'));
  const isBrokenAt = await Promise.all(links.map((link) => isBroken(document, link)));
  return { links: links.length, broken: links.filter((_, index) => isBrokenAt[index]) };
}

async function isBroken(document: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), path);
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsIn(await readFile(file, 'utf8')).includes(anchor);
}

/** The first block of the README that begins so. */
async function block(start: string): Promise<string> {
  const blocks = (await readFile(README, 'utf8')).split('```');
  return blocks.find((text) => text.startsWith(start)) ?? '';
}

async function defaultTarget(): Promise<TargetConfig> {
  const minimal = await readFile(join(ROOT, 'fixtures/config/good/minimal.yaml'), 'utf8');
  const [target] = parseConfig(minimal, { file: 'minimal.yaml', env: {} }).targets;
  return target!;
}

describe('README', () => {
  it('begins with a configuration that has nothing to be warned of', async () => {
    const yaml = (await block('yaml\n# heapwarden.yaml\n')).replace('yaml\n', '');
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-readme-'));
    const file = join(folder, 'heapwarden.yaml');
    await writeFile(file, yaml);
    const { output } = await checkConfig(file, {});
    await rm(folder, { recursive: true });
    expect(output.split('\n')).to.deep.equal([
      `${file} is good.`,
      '1 target: checkout-1',
      '1 receiver: oncall (1 email)',
      '1 route',
    ]);
  });

  it('installs what `npm pack` makes of this version, and from it nothing that is not there', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json'], {
      cwd: ROOT,
    });
    const packed = JSON.stringify(JSON.parse(stdout));
    const commands = await block('sh\nnpm ci && npm run build && npm pack\n');
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(commands.match(/heapwarden-\d[\w.]*\d/g)).to.include(`heapwarden-${version}`);
    expect(new Set(commands.match(/heapwarden-\d[\w.]*\d/g))).to.have.property('size', 1);
    const taken = [...commands.matchAll(/\$to\/(\S+)/g)].map(([, path]) => path);
    expect(taken).to.deep.equal(['dist/src/main.js', 'systemd/heapwarden.service']);
    for (const path of taken) expect(packed).to.contain(`"path":"${path}"`);
  });

  it('tells the hours that the defaults come to, as do the comments of the configuration', async () => {
    const { detection, capture } = await defaultTarget();
    const { minProfiles, confirmProfiles } = detection;
    const { intervalMs, baselineIntervalMs } = capture;
    const [triggered, normal] = [intervalMs, baselineIntervalMs].map((everyMs) => ({
      suspect: minProfiles * everyMs,
      leak: confirmProfiles * everyMs,
    }));
    const readme = await readFile(README, 'utf8');
    const [, ...hours] =
      /\| captured (?:.*\n){2}.*?\|[^|]*\|(.*)\|(.*)\|\n\|[^|]*\|(.*)\|(.*)\|/.exec(readme) ?? [];
    const told = hours.map((text) => words(text));
    const said = (await readFile(join(ROOT, 'config/heapwarden.yaml'), 'utf8')).replaceAll(
      /\n *# /g,
      ' ',
    );
    const [, ...inComments] =
      / that is (\d+ \w+) while triggered, and (\d+ \w+) in normal[^]*: (\d+ \w+) while triggered, (\d+ \w+) in normal/.exec(
        said,
      ) ?? [];
    const real = [triggered!.suspect, triggered!.leak, normal!.suspect, normal!.leak];
    expect(told).to.deep.equal(real);
    expect(inComments.map(words)).to.deep.equal([real[0], real[2], real[1], real[3]]);
  });

  for (const document of ['README.md', 'ARCHITECTURE.md', 'docs/DECIDING.md'])
    it(`leads somewhere with each link of ${document}`, async () => {
      const { links, broken } = await linksOf(document);
      expect(links).to.not.equal(0);
      expect(broken).to.deep.equal([]);
    });

  it('says how it decides with the counts that are the defaults, in short and in full', async () => {
    const { minProfiles, confirmProfiles } = (await defaultTarget()).detection;
    const readme = await readFile(README, 'utf8');
    const inFull = await readFile(join(ROOT, 'docs/DECIDING.md'), 'utf8');
    expect(readme).to.match(new RegExp(`takes ${minProfiles} fresh profiles of one process`));
    expect(readme).to.match(new RegExp(`holds over most of ${confirmProfiles} profiles`));
    expect(inFull).to.contain(`\`min_profiles\` (${minProfiles})`);
    expect(inFull).to.contain(`\`confirm_profiles\` (${confirmProfiles})`);
  });

  it('tells at which ages of a process growth has to hold for how long', async () => {
    const { minProfiles } = (await defaultTarget()).detection;
    const ages = Array.from({ length: 200 }, (_, fresh) =>
      leastLasting({ fresh }, { minProfiles }),
    );
    const most = Math.max(...ages);
    const inFull = await readFile(join(ROOT, 'docs/DECIDING.md'), 'utf8');
    const told =
      /for three in a row from (\d+) fresh[^]*for eleven from (\d+) on/.exec(inFull) ?? [];
    // Each that passes passed at the one before it too.
    expect(most + 1).to.equal(11);
    expect(told.slice(1).map(Number)).to.deep.equal([ages.indexOf(2), ages.indexOf(most)]);
  });

  it('needs nothing at run time that is there for developers alone', async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const sources = await readdir(join(ROOT, 'src'), { recursive: true });
    const imports = sources
      .filter((file) => file.endsWith('.ts'))
      .map(async (file) => {
        const text = await readFile(join(ROOT, 'src', file), 'utf8');
        return [...text.matchAll(IMPORT)].map(([, name]) => name);
      });
    const needed = new Set((await Promise.all(imports)).flat());
    expect([...needed])
      .to.include('hono')
      .and.to.include('d3-scale');
    expect([...needed].filter((name) => !(String(name) in dependencies))).to.deep.equal([]);
  });
});
