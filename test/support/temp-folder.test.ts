import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';

const SOURCES = join(import.meta.dirname, '../../../test');
const MODULE = JSON.stringify(join(import.meta.dirname, 'temp-folder.js'));

describe('a temporary folder', () => {
  for (const [how, code] of [
    ['at the end', ''],
    ['where the process exits early', 'process.exit(3)'],
    ['where it fails', "throw new Error('broken')"],
  ] as const) {
    it(`is there until then, and gone ${how}, with all that is in it`, async () => {
      const program = `
        const { mkdirSync, existsSync } = require('node:fs');
        import(${MODULE}).then(({ tempFolder }) => {
          const folders = [tempFolder('one'), tempFolder('two')];
          for (const folder of folders) mkdirSync(folder + '/a/b', { recursive: true });
          console.log(JSON.stringify({ folders, there: folders.every(existsSync) }));
          ${code}
        });`;
      const output = await new Promise<string>((resolve) => {
        execFile(process.execPath, ['-e', program], (_, stdout) => resolve(stdout));
      });
      const { folders, there } = JSON.parse(output) as { folders: string[]; there: boolean };
      expect(folders.join()).to.match(/heapwarden-one-.*heapwarden-two-/);
      expect([there, ...folders.map((folder) => existsSync(folder))]) //
        .to.deep.equal([true, false, false]);
    });
  }

  it('is what a test takes, or it removes its own', async () => {
    const names = (await readdir(SOURCES, { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(names.length).to.be.above(100);
    const littering = await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(SOURCES, name), 'utf8');
        const makes = /\bmkdtemp(Sync)?\(/.test(text);
        return makes && !/\brm(Sync)?\(/.test(text) && name !== 'support/temp-folder.ts'
          ? name
          : '';
      }),
    );
    expect(littering.filter((name) => name !== '')).to.deep.equal([]);
  });
});
