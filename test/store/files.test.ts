import { execFile } from 'node:child_process';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ensureFolder, writeAtomically } from '../../src/store/files.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { rejection, StoreFixture } from './open-store.ts';

const FILES = new URL('../../src/store/files.js', import.meta.url).href;
const ON_LINUX = process.platform === 'linux';

/** Mounts a read-only file system that only it sees, and prints why no folder can be made there. */
const READ_ONLY = `mount -t tmpfs -o ro none "$0" && exec "$1" --input-type=module -e '
  const { ensureFolder } = await import(process.argv[1]);
  await ensureFolder(process.argv[2]).catch((error) => console.log(error.message));
' "$2" "$0/a/b"`;

describe('writeAtomically', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('leaves nothing behind where it cannot put a file in its place', async () => {
    const folder = await fixture.folder();
    const path = join(folder, 'book.json');
    await ensureFolder(join(path, 'in-the-way'));
    const error = await rejection(writeAtomically(path, Buffer.from('{}')));
    expect(error).to.be.instanceOf(StoreError);
    expect(await readdir(folder)).to.deep.equal(['book.json']);
  });
});

describe('ensureFolder', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('creates a folder and those above it for their owner alone, and leaves what is there', async () => {
    const folder = await fixture.folder();
    await mkdir(join(folder, 'old'), { mode: 0o755 });
    await symlink(join(folder, 'old'), join(folder, 'link'));
    for (const path of ['a/b/c', 'a/b/c', 'a/b/d/', 'old/e', 'old', 'link', 'link/f'])
      await ensureFolder(join(folder, path));
    for (const path of ['a', 'a/b', 'a/b/c', 'a/b/d', 'old/e', 'old/f'])
      expect((await stat(join(folder, path))).mode & 0o777, path).to.equal(0o700);
    expect((await stat(join(folder, 'old'))).mode & 0o777).to.equal(0o755);
    await Promise.all(Array.from({ length: 8 }, () => ensureFolder(join(folder, 'x/y/z'))));
  });

  it('says that a file is in the way', async () => {
    const file = join(await fixture.folder(), 'file');
    await writeFile(file, '');
    const errors = [
      await rejection(ensureFolder(file)),
      await rejection(ensureFolder(`${file}/a`)),
    ];
    expect(errors.map(String)).to.deep.equal([
      `StoreError: ${file}: failed with EEXIST; look at the disk or set storage.path`,
      `StoreError: ${file}/a: failed with ENOTDIR; look at the disk or set storage.path`,
    ]);
  });

  it('ends where a folder takes no others, and says so', async function () {
    if (!ON_LINUX) {
      console.log('      skipped: only Linux has /proc');
      this.skip();
    }
    const error = await rejection(ensureFolder('/proc/nope/heapwarden'));
    expect(error).to.be.instanceOf(StoreError);
    expect(error).to.have.property(
      'message',
      '/proc/nope: cannot be created (ENOENT) in /proc, which takes no folders; set storage.path to one on a disk',
    );
  });

  it('says that a file system is read-only', async function () {
    const run = promisify(execFile);
    const mayMount = await run('unshare', ['-rm', 'true']).then(
      () => true,
      () => false,
    );
    if (!mayMount) {
      console.log('      skipped: may not mount here');
      this.skip();
    }
    const folder = await fixture.folder();
    const args = ['-rm', 'sh', '-c', READ_ONLY, folder, process.execPath, FILES];
    expect((await run('unshare', args)).stdout.trim()).to.equal(
      `${folder}/a/b: the file system is read-only (EROFS); let heapwarden write there or set storage.path`,
    );
  });
});
