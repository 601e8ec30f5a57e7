import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import type { CodeTable, Profile } from '../../src/pprof/profile.ts';

interface Asked {
  stacks: number;
  names: number;
}

/** The profile, counting what is asked of its code: counts are the same on every machine. */
function counted(profile: Profile, asked: Asked): Profile {
  const { code } = profile;
  if (code === undefined) throw new Error('not read by the scan');
  const counting: CodeTable = {
    ...code,
    stackOf: (sample) => {
      asked.stacks++;
      return code.stackOf(sample);
    },
    functionName: (index) => {
      asked.names++;
      return code.functionName(index);
    },
  };
  const withoutPlaces = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(profile),
      code: { value: counting },
      locations: { get: () => expect.fail('made an object for each location') },
      stackLocations: { get: () => expect.fail('copied all stacks') },
    },
  );
  return withoutPlaces as Profile;
}

describe('what a poll costs, of a profile of 20,000 stacks', () => {
  const [before, after] = ['before', 'after'].map((which) =>
    decodeProfile(readFileSync(`fixtures/bench/heap-20000-${which}.pb.gz`)),
  );
  if (before === undefined || after === undefined) throw new Error('no fixtures');

  it('is asked for the stacks of new rows alone, and for the names in those', () => {
    const history = createHistory();
    const first = { stacks: 0, names: 0 };
    foldProfile(history, counted(before, first), { at: 0 });
    expect(first.stacks).to.be.at.least(before.sampleCount);
    const second = { stacks: 0, names: 0 };
    const told = foldProfile(history, counted(after, second), { at: 60_000 });
    expect(told).to.include({ fresh: true, newEpoch: false });
    const newRows = after.sampleCount - before.sampleCount;
    expect(second.stacks).to.be.within(newRows, newRows + 0.02 * after.sampleCount);
    expect(second.names).to.be.below(first.names);
  });

  it('is asked for nothing where nothing is new, and touches nothing', () => {
    const history = createHistory();
    foldProfile(history, before, { at: 0 });
    const asked = { stacks: 0, names: 0 };
    const told = foldProfile(history, counted(before, asked), { at: 60_000 });
    expect(told.fresh).to.equal(false);
    expect(asked).to.deep.equal({ stacks: 0, names: 0 });
    expect(history.epoch?.books.ledger.lines.touchedCount).to.equal(0);
  });
});
