import { expect } from 'chai';
import { leakBytesPerHour, wrap } from '../../../src/cli/demo/closing.ts';

describe('wrap', () => {
  it('breaks between words at the width, and keeps lines, indents and long words', () => {
    expect(wrap('one two three\n\n  four five six\nexample.com/a/very/long/name', 10))
      .to.deep //
      .equal(['one two', 'three', '', '  four', '  five six', 'example.com/a/very/long/name']);
  });

  it('keeps the columns of a line that fits', () => {
    expect(wrap('  flat      1MiB', 20)).to.deep.equal(['  flat      1MiB']);
  });
});

describe('leakBytesPerHour', () => {
  it('is the rate from the first leaked bytes on, not from the start of watching', () => {
    const samples = [
      { at: 0, leakedBytes: 0 },
      { at: 5_000, leakedBytes: 0 },
      { at: 6_000, leakedBytes: 1_000 },
      { at: 16_000, leakedBytes: 21_000 },
    ];
    expect(leakBytesPerHour(samples)).to.equal(2_000 * 3_600);
  });

  it('is not known from fewer than two looks at a leak', () => {
    expect(leakBytesPerHour([{ at: 1, leakedBytes: 5 }])).to.equal(undefined);
    expect(leakBytesPerHour([])).to.equal(undefined);
  });
});
