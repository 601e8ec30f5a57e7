import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Log } from '../../src/runtime/log.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { rejection, StoreFixture } from './open-store.ts';

function warnings(lines: unknown[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => lines.push({ message, ...fields }),
    error: () => undefined,
    with: () => log,
  };
  return log;
}

describe('documents and blobs of a store', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('are undefined before anything was written', async () => {
    const store = await fixture.open(await fixture.folder());
    expect(await store.readDocument('outbox')).to.equal(undefined);
    expect(await store.readBlob('outbox')).to.equal(undefined);
  });

  it('are there again in the next life, apart from each other', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    await store.writeDocument('shop-1', { told: ['a', 'b'], at: 1.5, none: null });
    await store.writeBlob('shop-1', Buffer.from('history'));
    await store.writeDocument('../shop-1', 'another');
    await store.close();

    const next = await fixture.open(folder);
    expect(await next.readDocument('shop-1')).to.deep.equal({
      told: ['a', 'b'],
      at: 1.5,
      none: null,
    });
    expect(Buffer.from((await next.readBlob('shop-1'))!).toString()).to.equal('history');
    expect(await next.readDocument('../shop-1')).to.equal('another');
    expect((await readdir(join(folder, 'state'))).toSorted()).to.deep.equal([
      '%2E.%2Fshop-1.json',
      'shop-1.gz',
      'shop-1.json',
    ]);
  });

  it('keep the last of many writes at once, each as it was when it was asked for', async () => {
    const store = await fixture.open(await fixture.folder());
    const book = { count: 0, fill: '' };
    const writes = Array.from({ length: 20 }, (_, i) => {
      book.count += 1;
      book.fill = 'x'.repeat(i === 0 ? 5_000_000 : 1);
      return store.writeDocument('book', book);
    });
    book.count = -1;
    await Promise.all(writes);
    expect(await store.readDocument('book')).to.deep.equal({ count: 20, fill: 'x' });
  });

  it('are finished before the store is given free', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const writes = [1, 2, 3].map((i) => store.writeDocument('book', i));
    await store.close();
    const next = await fixture.open(folder);
    expect(await next.readDocument('book')).to.equal(3);
    await Promise.all(writes);
  });

  it('are for the owner alone', async () => {
    const folder = join(await fixture.folder(), 'data');
    const store = await fixture.open(folder);
    await store.writeDocument('outbox', {});
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(folder)).to.equal('700');
    expect(await mode(join(folder, 'state'))).to.equal('700');
    expect(await mode(join(folder, 'state', 'outbox.json'))).to.equal('600');
  });

  const corrupt = ['', '{"version":1,"value":', '[]', '"text"', '{"value":1}'];
  for (const text of corrupt) {
    it(`say which file is corrupt, and what to do: ${text || '(empty)'}`, async () => {
      const folder = await fixture.folder();
      const store = await fixture.open(folder);
      const path = join(folder, 'state', 'outbox.json');
      await writeFile(path, text);
      const error = await rejection(store.readDocument('outbox'));
      expect(error).to.be.instanceOf(StoreError).and.include({ kind: 'corrupt' });
      expect(error).to.have.property(
        'message',
        `${path}: not a document of heapwarden (${text.length} characters); move it away to start afresh`,
      );
    });
  }

  it('do not guess at a document of a version to come', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    await writeFile(join(folder, 'state', 'outbox.json'), '{"version":2,"value":1}');
    const error = await rejection(store.readDocument('outbox'));
    expect(error).to.include({ kind: 'corrupt' });
    expect(error).to.have.property('message').that.contains('version 2 is not known here, only 1');
  });

  it('warn of a corrupt blob and go on without it, since it can be had anew', async () => {
    const folder = await fixture.folder();
    const lines: unknown[] = [];
    const store = await fixture.open(folder, {}, warnings(lines));
    const path = join(folder, 'state', 'shop-1.gz');
    await writeFile(path, 'no gzip');
    expect(await store.readBlob('shop-1')).to.equal(undefined);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ message: 'saved state is corrupt and left aside', file: path });
  });

  it('say where there is no way to write', async () => {
    const folder = await fixture.folder();
    await writeFile(join(folder, 'occupied'), '');
    const error = await rejection(fixture.open(join(folder, 'occupied')));
    expect(error).to.be.instanceOf(StoreError).and.include({ kind: 'io' });
    expect(error).to.have.property('message').that.contains(join(folder, 'occupied'));
  });

  it('go where they were not written for long, and are of no target that there is', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    for (const name of ['readings-a', 'history-a', 'readings-b', 'history-c'])
      await store.writeBlob(name, Buffer.from('x'));
    const old = new Date(Date.now() - 20 * 86_400_000);
    for (const name of ['readings-a', 'history-a', 'readings-b']) {
      await utimes(join(folder, 'state', `${name}.gz`), old, old);
    }
    await store.writeDocument('book', []);
    await store.forgetOthers(['a'], Date.now() - 86_400_000);
    expect((await readdir(join(folder, 'state'))).toSorted()).to.deep.equal([
      'book.json',
      'history-a.gz',
      'history-c.gz',
      'readings-a.gz',
    ]);
  });
});
