import { expect } from 'chai';
import { backOffMs } from '../../src/notify/back-off.ts';

describe('backOffMs', () => {
  it('doubles from one second to five minutes', () => {
    expect([1, 2, 3, 9, 10, 1_000].map((attempts) => backOffMs(attempts, 1))).to.deep.equal([
      1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
    ]);
  });

  it('takes off up to a half at random', () => {
    expect(backOffMs(3, 0)).to.equal(2_000);
  });

  it('waits as long as it was asked to, up to an hour, and no less than it would by itself', () => {
    expect(backOffMs(1, 1, 90_000)).to.equal(90_000);
    expect(backOffMs(1, 1, 86_400_000)).to.equal(3_600_000);
    expect(backOffMs(10, 1, 1)).to.equal(300_000);
  });
});
