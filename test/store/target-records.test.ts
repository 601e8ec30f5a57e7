import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createLog } from '../../src/runtime/log.ts';
import { TargetRecords } from '../../src/store/target-records.ts';
import { silentLog, reading } from '../web/values.ts';
import { StoreFixture } from './open-store.ts';

const LOG = createLog('silent');
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22);

describe('the records of targets', () => {
  const stores = new StoreFixture();
  afterEach(() => stores.release());

  async function filled(path: string): Promise<void> {
    const store = await stores.open(path);
    const records = new TargetRecords(store, LOG);
    for (const name of ['a/b', 'shop']) {
      const record = await records.restore(name);
      record.memory.add(reading({ at: 1_000 }));
    }
    await records.saveAll(0);
    await store.close();
  }

  const times = async (records: TargetRecords, name: string) =>
    (await records.restore(name)).memory.points().map(({ at }) => at);

  it('are found again by the next daemon, whatever the names are', async () => {
    const path = await stores.folder();
    await filled(path);
    const records = new TargetRecords(await stores.open(path), LOG);
    expect(records.find('shop')).to.equal(undefined);
    expect(await times(records, 'shop')).to.deep.equal([1_000]);
    expect(await times(records, 'a/b')).to.deep.equal([1_000]);
    expect(await times(records, 'new')).to.deep.equal([]);
    expect(records.find('shop')).to.equal(await records.restore('shop'));
  });

  it('that are broken cost one target its past and no other, and are told', async () => {
    for (const broken of [Buffer.from('no gzip'), gzipSync('{"version":1,"readings":"none"}')]) {
      const path = await stores.folder();
      await filled(path);
      const folder = join(path, 'state');
      const file = (await readdir(folder)).find((name) => name.includes('shop'))!;
      await writeFile(join(folder, file), broken);
      const warned: string[] = [];
      const log = { ...silentLog, warn: (message: string) => void warned.push(message) };
      const records = new TargetRecords(await stores.open(path, {}, log), log);
      expect(await times(records, 'shop')).to.deep.equal([]);
      expect(await times(records, 'a/b')).to.deep.equal([1_000]);
      expect(warned).to.have.length(1);
    }
  });

  it('are written every ten minutes where no profile is saved, and a disk that takes none stops nobody', async () => {
    let writes = 0;
    let isFull = false;
    const store = {
      readBlob: () => Promise.resolve(undefined),
      writeBlob: () => {
        writes += 1;
        return isFull ? Promise.reject(new Error('full')) : Promise.resolve();
      },
    };
    const records = new TargetRecords(store, LOG);
    await records.restore('shop');
    const saveAfter = (minutes: number) => records.saveWhenDue('shop', NOW + minutes * MINUTE);
    for (let minutes = 0; minutes < 30; minutes += 1) await saveAfter(minutes);
    expect(writes).to.equal(2);
    await saveAfter(-60);
    expect(writes, 'after the clock was set back').to.equal(3);
    isFull = true;
    await records.save('shop', NOW);
    await saveAfter(9);
    expect(writes).to.equal(4);
  });

  it('of a target that is gone are written, and read again when it comes back', async () => {
    const records = new TargetRecords(await stores.open(await stores.folder()), LOG);
    const record = await records.restore('shop');
    record.memory.add(reading({ at: 1_000 }));
    await records.forget('shop', NOW);
    expect(records.find('shop')).to.equal(undefined);
    expect(await times(records, 'shop')).to.deep.equal([1_000]);
  });
});
