import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import type { CodeTable, Profile } from '../../src/pprof/profile.ts';
import { drawnProfile } from '../support/wide-profile.ts';

interface Asked {
  rows: number;
  stacks: number;
  names: number;
}

const nothing = (): Asked => ({ rows: 0, stacks: 0, names: 0 });

/** The profile, counting what is asked of its code: counts are the same on every machine. */
function counted(profile: Profile, asked: Asked): Profile {
  const { code } = profile;
  if (code === undefined) throw new Error('not read by the scan');
  const { marks, locationHash, frameFunction, frameStart, frameLine } = code;
  const counting: CodeTable = {
    marks,
    locationHash,
    frameFunction,
    frameStart,
    frameLine,
    readRows: (samples, into) => {
      asked.rows += samples.length;
      code.readRows(samples, into);
    },
    stackOf: (sample) => {
      asked.stacks++;
      return code.stackOf(sample);
    },
    functionName: (index) => {
      asked.names++;
      return code.functionName(index);
    },
    functionFile: (index) => code.functionFile(index),
  };
  const withoutPlaces = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(profile),
      code: { value: counting },
      locations: { get: () => expect.fail('made an object for each location') },
      stackLocations: { get: () => expect.fail('copied all stacks') },
      values: { get: () => expect.fail('read all values') },
      size: { get: () => expect.fail('read all sizes') },
    },
  );
  return withoutPlaces as Profile;
}

/** Of those in both, which stand in one order with the new ones in front. */
function changedRows(before: Profile, after: Profile): number {
  const newRows = after.sampleCount - before.sampleCount;
  return before.size.filter((_, row) =>
    HEAP_SAMPLE_TYPES.some(
      (type) => before.values[type][row] !== after.values[type][row + newRows],
    ),
  ).length;
}

describe('what a poll costs, of a profile of 20,000 stacks', () => {
  const [before, after] = ['before', 'after'].map((which) =>
    decodeProfile(readFileSync(`fixtures/bench/heap-20000-${which}.pb.gz`)),
  );
  if (before === undefined || after === undefined) throw new Error('no fixtures');

  it('is asked for the values of changed rows, the stacks of new ones, and the names in those', () => {
    const history = createHistory();
    const first = nothing();
    foldProfile(history, counted(before, first), { at: 0 });
    expect(first.stacks).to.be.at.least(before.sampleCount);
    const second = nothing();
    const told = foldProfile(history, counted(after, second), { at: 60_000 });
    expect(told).to.include({ fresh: true, newEpoch: false });
    const newRows = after.sampleCount - before.sampleCount;
    expect(second.stacks).to.be.within(newRows, newRows + 0.02 * after.sampleCount);
    expect(second.rows).to.equal(newRows + changedRows(before, after));
    expect(second.names).to.be.below(first.names / 4);
  });

  it('is asked for nothing where nothing is new, and touches nothing', () => {
    const history = createHistory();
    foldProfile(history, before, { at: 0 });
    const asked = nothing();
    const told = foldProfile(history, counted(before, asked), { at: 60_000 });
    expect(told.fresh).to.equal(false);
    expect(asked).to.deep.equal(nothing());
    expect(history.epoch?.books.ledger.lines.touchedCount).to.equal(0);
  });

  it('is asked for nothing of 300,000 rows that did not change', () => {
    const profile = decodeProfile(encodeProfile(manyRows(300_000)));
    const history = createHistory();
    foldProfile(history, profile, { at: 0 });
    const second = nothing();
    foldProfile(history, counted(profile, second), { at: 60_000 });
    expect(second).to.deep.equal(nothing());
  });
});

/** One stack with objects of as many sizes. */
function manyRows(rows: number): Profile {
  const [place] = drawnProfile(1).locations;
  if (place === undefined) throw new Error('no place');
  return {
    ...drawnProfile(rows),
    size: Float64Array.from({ length: rows }, (_, row) => row + 1),
    stackLocations: new Uint32Array(rows),
    locations: [place],
  };
}
