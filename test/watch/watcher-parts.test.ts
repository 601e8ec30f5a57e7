import { expect } from 'chai';
import type { Happening } from '../../src/memory/target-record.ts';
import { Stop } from '../../src/runtime/stop-signal.ts';
import { TargetRecords } from '../../src/store/target-records.ts';
import { createHttpClient, type HttpClient } from '../../src/target/http-client.ts';
import { NOTHING_WATCHED, withReading } from '../../src/watch/kind-watch.ts';
import { watcherParts, type Surroundings } from '../../src/watch/watcher-parts.ts';
import { groupOf } from '../discovery/group-of.ts';
import { StoreFixture } from '../store/open-store.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { MIB, readingOf } from '../support/readings.ts';
import { silentLog } from '../web/values.ts';

const NOW = Date.UTC(2026, 10, 22);
const MINUTE = 60_000;

describe('what the loop of a target works with', () => {
  const stores = new StoreFixture();
  const clients: HttpClient[] = [];
  let target: TestServer;
  let revision: string;

  beforeEach(async () => {
    revision = 'aaaaaaaaaaaa';
    target = await serve((_, response) =>
      response.end(
        'go_memstats_heap_inuse_bytes 2e+06\ngo_memstats_heap_alloc_bytes 1e+06\n' +
          `shop_build_info{revision="${revision}"} 1\n`,
      ),
    );
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await target.close();
    await stores.release();
  });

  /** The parts, and what is on disk of the record. */
  async function partsIn(folder: string) {
    const store = await stores.open(folder);
    const records = new TargetRecords(store, silentLog);
    const { template } = groupOf('');
    const config = {
      ...template,
      name: 'shop',
      url: target.url,
      reading: { ...template.reading, source: 'metrics' as const },
    };
    const told: string[] = [];
    const around = {
      store,
      records,
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      teller: { incidents: () => [] },
      happened: (name: string, { kind, reason }: Happening) =>
        void told.push(`${name} ${kind} ${reason}`),
    } as unknown as Surroundings;
    const client = createHttpClient(config.http);
    clients.push(client);
    const saved = async () => {
      await store.close();
      const next = await stores.open(folder);
      const record = await new TargetRecords(next, silentLog).restore('shop');
      await next.close();
      return record;
    };
    const read = (minutes: number) => parts.read(NOW + minutes * MINUTE, new Stop());
    const parts = watcherParts(config, client, around);
    return { parts, read, told, saved, records, config };
  }

  it('keeps each reading, tells of another build, and writes both down every ten minutes', async () => {
    const { read, told, saved } = await partsIn(await stores.folder());
    for (const minutes of [0, 5]) await read(minutes);
    revision = 'bbbbbbbbbbbb';
    for (const minutes of [9, 10]) await read(minutes);
    const { memory, happenings } = await saved();
    expect(told).to.deep.equal(['shop deployed aaaaaaaaaaaa → bbbbbbbbbbbb']);
    expect(happenings).to.deep.equal([
      { at: NOW + 9 * MINUTE, kind: 'deployed', reason: 'aaaaaaaaaaaa → bbbbbbbbbbbb' },
    ]);
    expect(memory.points().map(({ at }) => (at - NOW) / MINUTE)).to.include.members([0, 10]);
  });

  it('writes what happened down with each profile that is saved', async () => {
    const { parts, told, saved, records } = await partsIn(await stores.folder());
    await parts.keptKinds.restore();
    parts.happened({ at: NOW, kind: 'decision', reason: 'captured now' });
    await parts.archive.save({ at: NOW, inuseBytes: 1, bytes: Buffer.from('x') });
    expect(told).to.deep.equal(['shop decision captured now']);
    const { happenings } = await saved();
    expect(happenings.map(({ reason }) => reason)).to.deep.equal(['captured now']);
    expect(records.find('shop')?.happenings).to.deep.equal(happenings);
  });

  it('goes on with what was kept of the kinds', async () => {
    const folder = await stores.folder();
    const before = await partsIn(folder);
    await before.parts.keptKinds.restore();
    const read = readingOf({ at: NOW, bytes: 100 * MIB });
    before.parts.keptKinds.keep(withReading(NOTHING_WATCHED, read, before.config));
    await before.records.save('shop', NOW);
    await before.saved();
    const next = await partsIn(folder);
    expect((await next.parts.keptKinds.restore()).history.readings).to.equal(1);
  });
});
