import { expect } from 'chai';
import { withWhatItStartedWith } from '../../src/memory/one-process.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { MIB, readingOf } from '../support/readings.ts';

const TOLD: Reading = {
  ...readingOf({ at: 1_000, bytes: 100 * MIB, gcCount: 7, startedAt: 500 }),
  allocatedBytes: 300 * MIB,
  limitBytes: 150 * MIB,
  goVersion: 'go1.26.8',
  revision: 'abc',
};

/** As `/debug/vars` tells it. */
const LESS: Reading = {
  ...readingOf({ at: 2_000, bytes: 100 * MIB, gcCount: 8 }),
  source: 'expvar',
  rssBytes: undefined,
  allocatedBytes: 310 * MIB,
};

describe('a reading of a source that does not tell what the process was started with', () => {
  it('has that from the reading before, through as many as there are', () => {
    const first = withWhatItStartedWith(LESS, TOLD);
    const known = { limitBytes: 150 * MIB, startedAt: 500, goVersion: 'go1.26.8', revision: 'abc' };
    expect(first).to.deep.equal({ ...LESS, ...known });
    expect(withWhatItStartedWith({ ...LESS, source: 'pprof', at: 3_000 }, first)).to.include(known);
  });

  it('has nothing of another process', () => {
    const apart = [{ at: 3_700_000 }, { at: -3_700_000 }];
    for (const other of [{ gcCount: 6 }, { allocatedBytes: 20 * MIB }, ...apart]) {
      const restarted = { ...LESS, ...other };
      expect(withWhatItStartedWith(restarted, TOLD)).to.equal(restarted);
    }
    expect(withWhatItStartedWith(LESS, undefined)).to.equal(LESS);
  });

  it('has what the process tells now where it tells it, also that there is no limit', () => {
    const unlimited = { ...TOLD, at: 2_000, limitBytes: undefined };
    expect(withWhatItStartedWith(unlimited, TOLD)).to.equal(unlimited);
  });
});
