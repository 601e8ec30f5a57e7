import { expect } from 'chai';
import { subtract } from '../../src/pprof/difference.ts';
import { traces } from '../../src/pprof/traces.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { writeProfile } from '../support/profile-writer.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';

const MIB = 2 ** 20;

/** Leaf first, `<` behind what was inlined into its caller. */
function stacks(profile: Profile | undefined, count = 0): string[] {
  return traces(profile!, { type: 'inuse_space', count }).traces.map(
    ({ value, functions, inline }) => {
      const names = functions.map((name, at) => name + (inline[at] ? '<' : ''));
      return `${value / MIB} ${names.join(' ')}`;
    },
  );
}

describe('traces', () => {
  it('gives the stacks that hold most first, then by name, and cuts after sorting', () => {
    const [profile] = drawProfiles(`
      main;b      2
      main;a      2
      main;a;c    2
      main        7
      main;none   0
    `);
    expect(stacks(profile)).to.eql(['7 main', '2 a main', '2 b main', '2 c a main']);
    expect(stacks(profile, 2)).to.eql(['7 main', '2 a main']);
    expect(traces(profile!, { type: 'inuse_space', count: 1 })).to.include({
      total: 13 * MIB,
      traceCount: 4,
    });
  });

  it('takes stacks of the same functions for one, whatever the lines and sizes of objects', () => {
    const profile = decodeProfile(
      writeProfile({
        samples: [
          { stack: [1, 3], values: [0, 0, 0, MIB], bytes: 16 },
          { stack: [1, 3], values: [0, 0, 0, MIB], bytes: 32 },
          { stack: [2, 3], values: [0, 0, 0, MIB] },
          { stack: [2, 2, 3], values: [0, 0, 0, MIB] },
          { stack: [], values: [0, 0, 0, MIB] },
        ],
        locations: [
          { id: 1, lines: ['cart.Add:7'] },
          { id: 2, lines: ['cart.Add:8'] },
          { id: 3, lines: ['main.main:1'] },
        ],
      }),
    );
    expect(stacks(profile)).to.eql(['3 cart.Add main.main', '1 cart.Add cart.Add main.main']);
  });

  it('says that a function was inlined where it was so in each sample', () => {
    const [profile] = drawProfiles(`
      main+put+copy  4
      main+put;copy  2
      job+put        1
    `);
    expect(stacks(profile)).to.eql(['6 copy put< main', '1 put< job']);
  });

  it('sorts what shrank by its size without the sign, and leaves out what comes to nothing', () => {
    const [before, after] = drawProfiles(`
      main;a   5 1
      main;b   1 4
      main;c   2 2
    `);
    expect(stacks(subtract(after!, before!))).to.eql(['-4 a main', '3 b main']);
  });
});
