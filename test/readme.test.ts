import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkConfig } from '../src/cli/check-config.ts';

const README = join(import.meta.dirname, '../../README.md');

describe('README', () => {
  it('begins with a configuration that has nothing to be warned of', async () => {
    const [, yaml = ''] =
      /```yaml\n(# heapwarden\.yaml\n[^]*?)```/.exec(await readFile(README, 'utf8')) ?? [];
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
});
