import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { instructionsOf, ROOT, type Instruction } from '../support/dockerfile.ts';

const run = promisify(execFile);

/** Plays one stage in folders in the place of the images: what it copies, and where `runs` the commands of RUN. */
class Stage {
  readonly root: string;
  readonly #from: string;
  readonly #runs: boolean;
  #folder = '/';

  constructor(root: string, from: string, runs: boolean) {
    this.root = root;
    this.#from = from;
    this.#runs = runs;
  }

  async play(instructions: readonly Instruction[]): Promise<void> {
    for (const { word, rest } of instructions) {
      if (word === 'WORKDIR') this.#folder = rest;
      if (word === 'COPY') await this.#copy(rest);
      if (word === 'RUN' && this.#runs) await this.#run(rest);
    }
  }

  async #run(command: string): Promise<void> {
    await run('sh', ['-ec', command], { cwd: join(this.root, this.#folder) });
  }

  async #copy(rest: string): Promise<void> {
    const words = rest.split(' ');
    const base = words[0] === '--from=build' ? this.#from : ROOT;
    const names = words.filter((word) => !word.startsWith('--'));
    const to = names.at(-1)!;
    const target = join(this.root, to.startsWith('/') ? to : join(this.#folder, to));
    for (const name of names.slice(0, -1)) {
      const path = to.endsWith('/') ? join(target, basename(name)) : target;
      await mkdir(dirname(path), { recursive: true });
      await cp(join(base, name), path, { recursive: true, verbatimSymlinks: true });
      // What is built from is as a clone under umask 077 has it.
      if (base === ROOT) await run('chmod', ['-R', 'go=', path]);
    }
  }
}

describe('what the Dockerfile makes', () => {
  it('starts, is well by its own probe, and has nothing that is there for developers alone', async function () {
    this.timeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-image-'));
    const image = instructionsOf('Dockerfile');
    const cut = image.findLastIndex(({ word }) => word === 'FROM');
    const build = new Stage(join(folder, 'build'), ROOT, true);
    await build.play(image.slice(0, cut));
    const final = new Stage(join(folder, 'final'), build.root, false);
    await final.play(image.slice(cut));
    const installed = join(final.root, 'opt/heapwarden');
    const file = join(folder, 'heapwarden.yaml');
    await writeFile(
      file,
      `web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: nobody }]
route: { receiver: nobody }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`,
    );
    for (const there of ['node_modules/hono', 'LICENSE', 'fixtures/demo/leaky/readings.json'])
      expect(existsSync(join(installed, there)), there).to.equal(true);
    for (const not of ['node_modules/typescript', 'src', 'dist/test', 'fixtures/programs'])
      expect(existsSync(join(installed, not)), not).to.equal(false);
    const closed = ['(', '-not', '-perm', '-004', '-o', '-type', 'd', '-not', '-perm', '-005', ')'];
    const { stdout: unread } = await run('find', [installed, ...closed]);
    expect(unread, 'closed to the user it runs as').to.equal('');
    const main = join(installed, 'dist/src/main.js');
    const daemon = spawn(main, ['run', '--config', file], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(daemon, 'exit');
    try {
      const url = new Promise<string>((resolve) => {
        createInterface(daemon.stdout).on('line', (line) => {
          const said = JSON.parse(line);
          if (said.msg === 'web listening') resolve(said.url);
        });
      });
      const env = { ...process.env, HEAPWARDEN_URL: String(await Promise.race([url, ended])) };
      const { stdout } = await run('node', [join(installed, 'probe.mjs'), '/-/healthy'], { env });
      expect(stdout).to.contain('/-/healthy: 200');
    } finally {
      daemon.kill();
      await ended;
      await rm(folder, { recursive: true });
    }
  });
});
