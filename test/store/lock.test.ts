import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lockFolder, type Lock } from '../../src/store/lock.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { rejection, StoreFixture } from './open-store.ts';

/** Leaves a socket that nobody listens on, as a killed process does. */
async function leaveDeadSocket(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  const child: ChildProcess = spawn(process.execPath, ['-e', script, path], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(existsSync(path)).to.equal(true);
}

describe('lockFolder', () => {
  const fixture = new StoreFixture();
  const locks: Lock[] = [];
  let home = '';
  let dead = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'heapwarden-lock-'));
    dead = join(home, 'dead.sock');
    await leaveDeadSocket(dead);
  });
  after(() => rm(home, { recursive: true, force: true }));
  const lock = async (folder: string) => {
    const taken = await lockFolder(folder);
    locks.push(taken);
    return taken;
  };
  afterEach(async () => {
    for (const taken of locks.splice(0)) await taken.release();
    await fixture.release();
  });

  it('gives a folder to one at a time, and tells the other whose it is and what to do', async () => {
    const folder = await fixture.folder();
    await lock(folder);
    const error = await rejection(lock(folder));
    expect(error).to.be.instanceOf(StoreError).and.include({ kind: 'locked' });
    expect(error).to.have.property(
      'message',
      `${folder}: another heapwarden (pid ${process.pid}) owns it; stop it or set storage.path`,
    );
  });

  it('gives it again after a release, and leaves nothing behind', async () => {
    const folder = await fixture.folder();
    const first = await lockFolder(folder);
    await first.release();
    expect(await readdir(folder)).to.deep.equal([]);
    await lock(folder);
  });

  it('takes over from a process that was killed', async () => {
    const folder = await fixture.folder();
    await link(dead, join(folder, 'lock.0123456789abcdef.sock'));
    await lock(folder);
    const left = await readdir(folder);
    expect(left).to.have.length(1);
    expect(left).to.not.include('lock.0123456789abcdef.sock');
  });

  it('lets exactly one of many in that start at once beside a dead socket', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = await fixture.folder();
      await link(dead, join(folder, 'lock.0123456789abcdef.sock'));
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lock(folder)));
      const losers = tries.filter((one) => one.status === 'rejected').map((one) => one.reason);
      expect(losers).to.have.length(5);
      for (const error of losers) expect(error).to.include({ kind: 'locked' });
    }
  });

  it('knows a folder by any of its paths', async () => {
    const folder = await fixture.folder();
    const alias = join(await fixture.folder(), 'alias');
    await symlink(folder, alias);
    await lock(folder);
    expect(await rejection(lock(alias))).to.include({ kind: 'locked' });
  });

  it('locks a folder whose path is too long for a socket', async () => {
    const folder = join(await fixture.folder(), 'long'.repeat(30));
    await mkdir(folder);
    const taken = await lockFolder(folder);
    expect(await rejection(lock(folder))).to.include({ kind: 'locked' });
    await taken.release();
    await lock(folder);
  });

  const unhelpful = [
    ['says nothing, as one that is paused', (_socket: Socket) => undefined],
    ['hangs up', (socket: Socket) => socket.destroy()],
  ] as const;
  for (const [what, answer] of unhelpful) {
    it(`leaves a folder alone whose owner ${what}`, async () => {
      const folder = await fixture.folder();
      const sockets: Socket[] = [];
      const owner = createServer((socket) => {
        sockets.push(socket);
        answer(socket);
      });
      await once(owner.listen(join(folder, 'lock.0123456789abcdef.sock')), 'listening');
      const error = await rejection(lock(folder));
      expect(error).to.include({ kind: 'locked' });
      expect(error).to.have.property('message').that.contains('(pid unknown)');
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => owner.close(resolve));
    });
  }

  it('leaves a folder alone whose owner came while it took nothing, and so is elsewhere', async () => {
    const folder = await fixture.folder();
    const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
    const owner = createServer((socket) => socket.end('4711 owns'));
    await once(owner.listen(join(tmpdir(), `heapwarden-${digest}.0123.sock`)), 'listening');
    expect(await rejection(lock(folder)))
      .to.have.property('message')
      .that.contains('another heapwarden (pid 4711) owns it');
    expect(await readdir(folder)).to.deep.equal([]);
    await new Promise((resolve) => owner.close(resolve));
    await lock(folder);
  });

  it('says which folder is missing', async () => {
    const folder = join(await fixture.folder(), 'none');
    const error = await rejection(lock(folder));
    expect(error).to.be.instanceOf(StoreError).and.include({ kind: 'io' });
    expect(error).to.have.property('message').that.contains(`${folder}: `).and.contains('ENOENT');
  });
});
