import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';

const MAIN = join(import.meta.dirname, '../../src/main.js');

describe('heapwarden run', () => {
  it('reloads once it is started where SIGHUP came before, and so lives on', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-run-'));
    // A pipe, so that each reading of the configuration waits for the test.
    const file = join(folder, 'heapwarden.yaml');
    execFileSync('mkfifo', [file]);
    const child = spawn(process.execPath, [MAIN, 'run', '--config', file], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const yaml = `
      storage: { path: ${join(folder, 'data')} }
      web: { listen_address: 127.0.0.1:0 }
      receivers: [{ name: nobody }]
      route: { receiver: nobody }
      targets: [{ name: a, url: 'http://127.0.0.1:1' }]
    `;
    const letRead = async (meanwhile: () => unknown = () => undefined): Promise<void> => {
      const pipe = await open(file, 'w');
      meanwhile();
      await pipe.writeFile(yaml);
      await pipe.close();
    };
    try {
      await letRead(() => child.kill('SIGHUP'));
      const isWatching = new Promise<void>((resolve) => {
        createInterface(child.stdout).on('line', (line) => line.includes('watching') && resolve());
      });
      await Promise.race([isWatching, ended]);
      const again = await Promise.race([letRead().then(() => 'reloaded'), ended]);
      expect(again).to.equal('reloaded');
      child.kill('SIGTERM');
      expect(await ended).to.deep.equal([0, null]);
    } finally {
      child.kill('SIGKILL');
      // Whoever still waits for a reader is let go.
      await (await open(file, constants.O_RDONLY | constants.O_NONBLOCK)).close();
      await rm(folder, { recursive: true });
    }
  });
});
