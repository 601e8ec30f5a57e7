import { expect } from 'chai';
import { memoryLimit } from '../../src/memory/memory-limit.ts';

describe('a limit of memory', () => {
  it('is none where it is nothing, more than any machine has, or not told', () => {
    const none = [0, 2 ** 60 + 2 ** 10, 2 ** 61, 2 ** 63 - 2 ** 12, 2 ** 63, undefined];
    for (const bytes of none) expect(memoryLimit(bytes)).to.equal(undefined);
  });

  it('is what is told else', () => {
    expect(memoryLimit(2 ** 31)).to.equal(2 ** 31);
    expect(memoryLimit(2 ** 50)).to.equal(2 ** 50);
  });
});
