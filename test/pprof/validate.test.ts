import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { ProfileError } from '../../src/pprof/profile.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { requireHeapProfile, requireHeapSnapshot } from '../../src/pprof/validate.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { writeProfile } from '../support/profile-writer.ts';

function refusal(profile: Profile): string {
  try {
    requireHeapSnapshot(profile);
  } catch (error) {
    if (error instanceof ProfileError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const recorded = (name: string): Profile => decodeProfile(readFileSync(fixtureProfile(name)));

describe('requireHeapSnapshot', () => {
  for (const version of ['go1.19', 'go1.22', 'go1.26', 'go1.27']) {
    it(`takes heap and allocs profiles of ${version}, whatever their rate`, () => {
      const names = fixtureProfiles('heap').filter((name) => name.startsWith(version));
      const accepted = names.filter((name) => refusal(recorded(name)) === 'accepted');
      const refused = names.filter((name) => !accepted.includes(name));
      expect(accepted).to.include.members([
        `${version}/allocs.pb.gz`,
        `${version}/heap-after.pb.gz`,
        `${version}/heap-before-first-gc.pb.gz`,
        `${version}/heap-rate4096.pb.gz`,
      ]);
      expect(refused).to.deep.equal([`${version}/heap-delta.pb.gz`, `${version}/heap-rate0.pb.gz`]);
    });

    it(`refuses a CPU profile, a delta and one with sampling off, of ${version}, each by its kind`, () => {
      expect(refusal(recorded(`${version}/cpu.pb.gz`))).to.match(
        /^not_heap: .*samples\/count, cpu\/nanoseconds and not .*inuse_space\/bytes/,
      );
      expect(refusal(recorded(`${version}/heap-delta.pb.gz`))).to.match(/^delta: .*seconds/);
      expect(refusal(recorded(`${version}/heap-rate0.pb.gz`))).to.match(
        /^disabled: .*MemProfileRate is 0/,
      );
    });
  }

  it('refuses negative values as a delta even where no duration is told', () => {
    const row = (values: number[]): Profile =>
      decodeProfile(writeProfile({ samples: [{ stack: [], values }] }));
    expect(refusal(row([5, 50, 1, 10]))).to.equal('accepted');
    expect(refusal(row([5, 50, -1, -10]))).to.match(/^delta/);
    expect(refusal(row([-5, -50, 0, 0]))).to.match(/^delta/);
  });

  it('refuses a delta in which nothing changed', () => {
    expect(refusal(decodeProfile(writeProfile({ durationNanos: 1 })))).to.match(/^delta/);
  });

  it('refuses a heap profile without allocations, naming what it has and lacks', () => {
    const sampleTypes = ['inuse_objects/count', 'inuse_space/bytes'];
    expect(refusal(decodeProfile(writeProfile({ sampleTypes })))).to.match(
      /^not_heap: .*inuse_objects\/count, inuse_space\/bytes and not alloc_objects\/count, alloc_space\/bytes/,
    );
  });
});

describe('requireHeapProfile', () => {
  it('takes a delta and one with sampling off, to be looked at', () => {
    requireHeapProfile(recorded('go1.26/heap-delta.pb.gz'));
    requireHeapProfile(recorded('go1.26/heap-rate0.pb.gz'));
    expect(() => requireHeapProfile(recorded('go1.26/cpu.pb.gz'))).to.throw(ProfileError);
  });
});
