import { expect } from 'chai';
import { endOf } from '../../src/notify/wait.ts';
import { HOUR, MINUTE, NOW } from './drawn.ts';

describe('a wait', () => {
  const wait = { since: NOW, until: NOW + 5 * MINUTE };

  it('ends when it was to', () => {
    for (const now of [NOW, NOW + MINUTE, NOW + HOUR]) {
      expect(endOf(wait, now)).to.equal(wait.until);
    }
  });

  it('is over where the clock was set back to before its beginning', () => {
    expect(endOf(wait, NOW - HOUR)).to.equal(NOW - HOUR);
  });
});
