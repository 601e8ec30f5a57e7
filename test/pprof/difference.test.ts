import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { subtract } from '../../src/pprof/difference.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { requireHeapSnapshot } from '../../src/pprof/validate.ts';
import { fixtureProfile } from '../support/fixture-profiles.ts';
import { writeProfile } from '../support/profile-writer.ts';

const START = 0x400000n;

function profile(rows: readonly { at: bigint; bytes: number; inuse: number }[]): Profile {
  const mapping = { id: 1, start: START, limit: START + 0x8000n };
  return decodeProfile(
    writeProfile({
      mapping,
      samples: rows.map(({ at, bytes, inuse }) => ({
        stack: [at],
        bytes,
        values: [1, 1, 1, inuse],
      })),
      locations: [...new Set(rows.map(({ at }) => at))].map((at) => ({
        id: at,
        lines: ['cart.Add:20'],
        mapping: 1,
        address: START + at,
      })),
    }),
  );
}

describe('subtract', () => {
  it('merges samples of one place and size, and no others', () => {
    const before = profile([
      { at: 1n, bytes: 16, inuse: 100 },
      { at: 1n, bytes: 32, inuse: 10 },
    ]);
    const after = profile([
      { at: 2n, bytes: 16, inuse: 7 },
      { at: 1n, bytes: 16, inuse: 150 },
    ]);
    const { values, size, locations, stackLocations } = subtract(after, before);
    expect([...values.inuse_space]).to.eql([7, 50, -10]);
    expect([...size]).to.eql([16, 16, 32]);
    expect([...stackLocations].map((location) => locations[location]!.address)).to.eql([2, 1, 1]);
  });

  it('finds nothing between a profile and itself', () => {
    const recorded = decodeProfile(readFileSync(fixtureProfile('go1.26/heap-after.pb.gz')));
    const { values } = subtract(recorded, recorded);
    expect(values.inuse_space.every((value) => value === 0)).to.equal(true);
    expect(values.alloc_objects.every((value) => value === 0)).to.equal(true);
  });

  it('knows the places of one binary again though the loader moved it', () => {
    const [before, after] = ['go1.26/heap-pie-1.pb.gz', 'go1.26/heap-pie-2.pb.gz'].map((name) =>
      decodeProfile(readFileSync(fixtureProfile(name))),
    );
    const { locations } = subtract(after!, before!);
    expect(locations.length).to.be.below(after!.locations.length + before!.locations.length / 2);
  });

  it('does not pass for a snapshot, even where everything grew', () => {
    const grown = subtract(
      profile([{ at: 1n, bytes: 16, inuse: 9 }]),
      profile([{ at: 1n, bytes: 16, inuse: 5 }]),
    );
    expect(() => requireHeapSnapshot(grown)).to.throw(/a difference between two moments/);
  });
});
