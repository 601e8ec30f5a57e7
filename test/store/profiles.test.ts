import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { StoreFixture } from './open-store.ts';

const AT = Date.UTC(2026, 10, 22, 22, 35, 1, 123);
const MIB = 2 ** 20;
const NAME = '20261122T223501.123Z-45MiB.pb.gz';
const NONE: ReadonlySet<string> = new Set();

async function save(store: Store, target: string, minutes: readonly number[]) {
  for (const minute of minutes) {
    await store.saveProfile(target, {
      at: AT + minute * 60_000,
      inuseBytes: 45 * MIB,
      bytes: Buffer.alloc(10, minute),
    });
  }
}

async function minutesLeft(store: Store, target: string): Promise<readonly number[]> {
  return (await store.listProfiles(target)).map(({ at }) => (at - AT) / 60_000);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('profiles of a store', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('are exactly the bytes given, in a file that tells target, time and size', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10]);
    const saved = await store.saveProfile('shop-1', { at: AT, inuseBytes: 45 * MIB, bytes });
    expect(saved).to.deep.equal({ file: NAME, at: AT, bytes: 5 });
    expect(await readFile(join(folder, 'profiles', 'shop-1', NAME))).to.deep.equal(bytes);
    expect(await store.readProfile('shop-1', NAME)).to.deep.equal(bytes);
  });

  it('are listed oldest first, in this life and the next', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    await save(store, 'shop-1', [3, 1, 2]);
    await save(store, 'shop-2', [9]);
    expect(await minutesLeft(store, 'shop-1')).to.deep.equal([1, 2, 3]);
    const listed = await store.listProfiles('shop-1');
    await store.close();
    const next = await fixture.open(folder);
    expect(await next.listProfiles('shop-1')).to.deep.equal(listed);
    expect(await next.listProfiles('shop-3')).to.deep.equal([]);
  });

  it('are all saved before the store is given free', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const saving = save(store, 'shop-1', [1]);
    await store.close();
    const next = await fixture.open(folder);
    expect(await minutesLeft(next, 'shop-1')).to.deep.equal([1]);
    await saving;
  });

  it('do not take the place of each other within one millisecond', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const saves = range(0, 12).map((i) =>
      store.saveProfile('shop-1', { at: AT, inuseBytes: i % 2, bytes: Buffer.from([i]) }),
    );
    const saved = await Promise.all(saves);
    expect(new Set(saved.map(({ file }) => file)).size).to.equal(12);
    await store.close();
    const next = await fixture.open(folder);
    expect(await next.listProfiles('shop-1')).to.deep.equal(saved);
    for (const [i, { file }] of saved.entries()) {
      expect(await next.readProfile('shop-1', file)).to.deep.equal(Buffer.from([i]));
    }
  });

  it('are only files that were saved here, whatever else lies in the folder', async () => {
    const folder = await fixture.folder();
    const own = join(folder, 'profiles', 'shop-1');
    await mkdir(join(own, '20261122T223502.000Z-45MiB.pb.gz'), { recursive: true });
    await writeFile(join(own, 'notes.txt'), '');
    await writeFile(join(own, 'heap.pb.gz'), '');
    await writeFile(join(own, NAME), 'profile');
    await writeFile(join(own, '.tmp-0123456789abcdef'), 'half a prof');
    await writeFile(join(folder, 'profiles', NAME), '');
    await symlink('/etc/passwd', join(own, '20261122T223503.000Z-45MiB.pb.gz'));
    const store = await fixture.open(folder);
    expect(await store.listProfiles('shop-1')).to.deep.equal([{ file: NAME, at: AT, bytes: 7 }]);
    expect(await readdir(own), 'unfinished writes are gone').to.not.include(
      '.tmp-0123456789abcdef',
    );
  });

  it('are not read from outside, however target and file are spelt', async () => {
    const folder = await fixture.folder();
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, NAME), 'outside');
    const store = await fixture.open(join(folder, 'data'));
    await save(store, 'shop-1', [0]);
    const own = join(folder, 'data', 'profiles');
    await symlink(outside, join(own, 'linked'));
    await symlink(join(outside, NAME), join(own, 'shop-1', '20261122T223502.000Z-1B.pb.gz'));

    const asked: readonly (readonly [string, string])[] = [
      ['shop-1', `../../../outside/${NAME}`],
      ['shop-1', join(outside, NAME)],
      ['shop-1', `..%2F..%2F..%2Foutside%2F${NAME}`],
      ['shop-1', `${NAME}\0`],
      ['shop-1', ''],
      ['shop-1', '.'],
      ['shop-1', '..'],
      ['shop-1', '20261122T223502.000Z-1B.pb.gz'],
      ['linked', NAME],
      ['../../outside', NAME],
      ['..', NAME],
      ['', NAME],
      ['shop-2', NAME],
    ];
    for (const [target, file] of asked) {
      expect(await store.readProfile(target, file), `${target} ${file}`).to.equal(undefined);
    }
    expect(await store.readProfile('shop-1', NAME)).to.have.length(10);
  });

  it('do not wait for a pipe that has the name of a profile', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    await save(store, 'shop-1', [1]);
    await promisify(execFile)('mkfifo', [join(folder, 'profiles', 'shop-1', NAME)]);
    expect(await store.readProfile('shop-1', NAME)).to.equal(undefined);
  });

  it('keep targets apart, whatever they are called', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const targets = ['a/b', 'a', '..', '.', '', 'A b', 'x'.repeat(400), '10.0.0.7:6060'];
    for (const [i, target] of targets.entries()) await save(store, target, [i]);
    await store.close();
    const next = await fixture.open(folder);
    for (const [i, target] of targets.entries()) {
      expect(await minutesLeft(next, target), target).to.deep.equal([i]);
    }
    expect(await readdir(join(folder, 'profiles'))).to.have.length(targets.length);
    expect((await readdir(folder)).filter((name) => !name.startsWith('lock.'))).to.have.length(2);
  });

  it('are no longer listed once somebody else removed them and they were asked for', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    await save(store, 'shop-1', [0, 1]);
    await promisify(execFile)('rm', [join(folder, 'profiles', 'shop-1', NAME)]);
    expect(await store.readProfile('shop-1', NAME)).to.equal(undefined);
    expect(await minutesLeft(store, 'shop-1')).to.deep.equal([1]);
  });
});

describe('prune', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('leaves the oldest and the newest of each target, as many as are allowed', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder, { profilesPerTarget: 4 });
    await save(store, 'shop-1', range(0, 20));
    await save(store, 'shop-2', range(0, 3));
    await store.prune(NONE);
    const left = await minutesLeft(store, 'shop-1');
    expect(left).to.have.length(4);
    expect([left[0], ...left.slice(-2)]).to.deep.equal([0, 18, 19]);
    expect(await minutesLeft(store, 'shop-2')).to.deep.equal([0, 1, 2]);
    expect(await readdir(join(folder, 'profiles', 'shop-1'))).to.have.length(4);
  });

  it('never removes what is pinned, and does not count it among those allowed', async () => {
    const store = await fixture.open(await fixture.folder(), { profilesPerTarget: 2, maxBytes: 1 });
    await save(store, 'a/b', range(0, 10));
    const listed = await store.listProfiles('a/b');
    const pinned = new Set([4, 5].map((i) => `a/b/${listed[i]!.file}`));
    await store.prune(pinned);
    expect(await minutesLeft(store, 'a/b')).to.deep.equal([4, 5]);

    const roomy = await fixture.open(await fixture.folder(), { profilesPerTarget: 2 });
    await save(roomy, 'a/b', range(0, 10));
    await roomy.prune(pinned);
    expect(await minutesLeft(roomy, 'a/b')).to.deep.equal([0, 4, 5, 9]);
  });

  it('removes the oldest over all targets until the total fits, also those of targets long gone', async () => {
    const folder = await fixture.folder();
    const first = await fixture.open(folder);
    await save(first, 'gone', [0, 5]);
    await first.close();

    const store = await fixture.open(folder, { maxBytes: 40 });
    await save(store, 'shop-1', [1, 3, 7]);
    await save(store, 'shop-2', [2, 4]);
    await store.prune(NONE);
    const left = await Promise.all(['gone', 'shop-1', 'shop-2'].map((t) => minutesLeft(store, t)));
    expect(left).to.deep.equal([[5], [3, 7], [4]]);
    expect(store.profileBytes()).to.equal(40);
  });

  it('leaves no folder of a target of which nothing is left, and takes it up again', async () => {
    const folder = await fixture.folder();
    const first = await fixture.open(folder, { maxBytes: 10 });
    await save(first, 'gone', [0]);
    await save(first, 'shop-1', [1]);
    await first.prune(NONE);
    const folders = () => readdir(join(folder, 'profiles'));
    expect(await folders()).to.deep.equal(['shop-1']);
    await save(first, 'gone', [2]);
    expect(await minutesLeft(first, 'gone')).to.deep.equal([2]);
    await first.close();
    await mkdir(join(folder, 'profiles', 'empty'));
    await fixture.open(folder);
    expect((await folders()).toSorted()).to.deep.equal(['gone', 'shop-1']);
  });

  it('removes first what a clock saved that was ahead, whether there are too many or they are too large', async () => {
    const DAY = 24 * 60;
    const folder = await fixture.folder();
    const crowded = await fixture.open(folder, { profilesPerTarget: 4 });
    await save(crowded, 'shop-1', [...range(DAY, DAY + 4), 0]);
    await crowded.prune(NONE);
    expect(await minutesLeft(crowded, 'shop-1')).to.deep.equal([0, DAY + 1, DAY + 2, DAY + 3]);
    await save(crowded, 'shop-1', range(1, 6));
    await crowded.prune(NONE);
    expect(await minutesLeft(crowded, 'shop-1')).to.deep.equal([0, 2, 4, 5]);

    const small = await fixture.open(await fixture.folder(), { maxBytes: 20 });
    await save(small, 'shop-2', [DAY, DAY + 1, 0, 1]);
    await small.prune(NONE);
    expect(await minutesLeft(small, 'shop-2')).to.deep.equal([0, 1]);
  });

  it('stays within the total over many saves', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder, { maxBytes: 25 });
    for (const minute of range(0, 12)) {
      await save(store, `shop-${minute % 3}`, [minute]);
      await store.prune(NONE);
    }
    const kept = await Promise.all(range(0, 3).map((i) => minutesLeft(store, `shop-${i}`)));
    expect(kept.flat().toSorted((a, b) => a - b)).to.deep.equal([10, 11]);
  });
});
