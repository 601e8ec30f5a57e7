import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { rejection, StoreFixture } from './open-store.ts';

const WRITER = join(import.meta.dirname, 'store-process.js');
const KILLS = 5;

interface Writer {
  readonly child: ChildProcess;
  /** Resolves once it has written so many times. */
  written(times: number): Promise<void>;
  /** Kills it in the middle of whatever it does. */
  kill(): Promise<void>;
}

function startWriter(folder: string): Writer {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  return {
    child,
    written: async (times) => {
      for (let seen = 0; seen < times; seen += 1) {
        await Promise.race([
          once(lines, 'line'),
          exited.then(() => {
            throw new Error('the writer ended by itself');
          }),
        ]);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Rejects where the bytes are not the whole of what the writer wrote in one go. */
function expectWhole(bytes: Uint8Array): void {
  const [length, fill = ''] = Buffer.from(bytes).toString().split(':');
  expect(fill.length).to.equal(Number(length));
}

describe('openStore', () => {
  const fixture = new StoreFixture();
  const writers: Writer[] = [];
  afterEach(async () => {
    for (const writer of writers.splice(0)) await writer.kill();
    await fixture.release();
  });
  const start = (folder: string) => {
    const writer = startWriter(folder);
    writers.push(writer);
    return writer;
  };

  it('gives a folder to one process at a time, and to the next as soon as that one is killed', async () => {
    const folder = await fixture.folder();
    const writer = start(folder);
    await writer.written(1);
    const error = await rejection(fixture.open(folder));
    expect(error).to.have.property(
      'message',
      `${folder}: another heapwarden (pid ${writer.child.pid}) owns it; stop it or set storage.path`,
    );
    await writer.kill();
    const store = await fixture.open(folder);
    expect(await store.readDocument('outbox'))
      .to.have.property('i')
      .that.is.at.least(1);
  });

  it('shows whole documents only, also while another is written', async () => {
    const folder = await fixture.folder();
    const writer = start(folder);
    await writer.written(1);
    const seen = new Set<number>();
    while (seen.size < 10) {
      const text = await readFile(join(folder, 'state', 'outbox.json'), 'utf8');
      const { value } = JSON.parse(text) as { value: { i: number; fill: string; length: number } };
      expect(value.fill).to.have.length(value.length);
      seen.add(value.i);
    }
  });

  it('finds whole documents, blobs and profiles, and no litter, wherever a process was killed', async () => {
    const folder = await fixture.folder();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const writer = start(folder);
      await writer.written(kill);
      await writer.kill();

      const store = await fixture.open(folder);
      const document = (await store.readDocument('outbox')) as { fill: string; length: number };
      expect(document.fill).to.have.length(document.length);
      expectWhole((await store.readBlob('history'))!);
      const profiles = await store.listProfiles('shop-1');
      expect(profiles).to.not.be.empty;
      for (const { file, bytes } of profiles) {
        const read = (await store.readProfile('shop-1', file))!;
        expect(read).to.have.length(bytes);
        expectWhole(read);
      }
      const files = await readdir(folder, { recursive: true });
      expect(files.filter((file) => file.includes('.tmp-'))).to.deep.equal([]);
      await store.close();
    }
  });

  it('gives the folder free where it could not be opened', async () => {
    const folder = await fixture.folder();
    await writeFile(join(folder, 'profiles'), 'in the way');
    expect(await rejection(fixture.open(folder))).to.include({ kind: 'io' });
    await rm(join(folder, 'profiles'));
    await fixture.open(folder);
  });
});
