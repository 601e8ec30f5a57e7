import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { archiveOf } from '../../src/store/archive.ts';
import { StoreFixture } from './open-store.ts';

const NOW = Date.UTC(2026, 10, 22);
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60;

describe('what a history is rebuilt from', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  it('is what was saved after its snapshot and before now, as far as it is still there', async () => {
    const folder = await fixture.folder();
    const store = await fixture.open(folder);
    const archive = archiveOf(store, 'shop');
    for (const minute of [0, 1, 2, 3, 4, 5])
      await archive.save({
        at: NOW + minute * MINUTE,
        inuseBytes: 1,
        bytes: Buffer.from([minute]),
      });
    const [, , , third] = await store.listProfiles('shop');
    await rm(join(folder, 'profiles', 'shop', third!.file));
    const rebuilt: number[] = [];
    for await (const { at, bytes } of archive.past(NOW + 5 * MINUTE).after(NOW + MINUTE)) {
      expect([...bytes]).to.deep.equal([(at - NOW) / MINUTE]);
      rebuilt.push((at - NOW) / MINUTE);
    }
    expect(rebuilt).to.deep.equal([2, 4]);
  });
});

describe('the evidence for a leak', () => {
  const fixture = new StoreFixture();
  afterEach(() => fixture.release());

  /** Minutes of the two profiles, of those saved at the minutes given, in this order. */
  async function evidence(minutes: readonly number[], since: number, at: number) {
    const store = await fixture.open(await fixture.folder());
    const archive = archiveOf(store, 'shop');
    for (const minute of minutes) {
      await archive.save({ at: NOW + minute * MINUTE, inuseBytes: 1, bytes: Buffer.from('x') });
    }
    const found = await archive.evidence(NOW + since * MINUTE, NOW + at * MINUTE);
    return found && [found.before, found.after].map((each) => (each.at - NOW) / MINUTE);
  }

  it('is the newest profile, and the last one from before the growth', async () => {
    expect(await evidence([0, 1, 2, 3, 4], 2, 4)).to.deep.equal([2, 4]);
    expect(await evidence([3, 4], 2, 4)).to.deep.equal([3, 4]);
    expect(await evidence([4], 2, 4)).to.equal(undefined);
  });

  it('is none that a clock saved which was ahead', async () => {
    const ahead = [YEAR, YEAR + 1, YEAR + 2];
    expect(await evidence([...ahead, 3, 4, 5], 1, 5)).to.deep.equal([3, 5]);
    expect(await evidence([...ahead, 3], 1, 3)).to.equal(undefined);
  });
});
