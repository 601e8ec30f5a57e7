import { expect } from 'chai';
import { interned } from '../../src/discovery/interned.ts';
import { seededRandom } from '../support/random.ts';

const byName = (a: string, b: string) => a.localeCompare(b);

describe('interned', () => {
  it('is the list of before where none came and none went, else has its entries for their equals', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2_000; round++) {
      const before = Array.from({ length: Math.floor(random() * 4) }, (_, at) => ({ a: `${at}` }));
      const now = Array.from({ length: Math.floor(random() * 5) }, () => {
        const a = Math.floor(random() * 5);
        return (random() < 0.5 ? before[a] : undefined) ?? { a: `${a}` };
      });
      const found = interned(before, now);
      const names = (list: readonly { a?: string }[]) =>
        list.map((each) => each.a ?? '').toSorted(byName);
      const isSame = names(before).join() === names(now).join();
      expect(found === before).to.equal(isSame);
      if (isSame) continue;
      expect(found).to.deep.equal(now);
      const count = (a: string) => now.filter((each) => each.a === a).length;
      // What stands twice may keep one of its own.
      const once = before.filter(({ a }) => count(a) === 1);
      expect(found).to.include.members(once);
    }
  });
});
