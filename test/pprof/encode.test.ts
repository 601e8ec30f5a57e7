import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import type { Location, Mapping, Profile } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { HEAP_TYPES } from '../support/profile-writer.ts';
import { seededRandom } from '../support/random.ts';

function randomProfile(random: () => number): Profile {
  const below = (max: number): number => Math.floor(random() * max);
  const name = (): string => ['main.main', 'a/b.(*C).d', 'é.[]☃', 'x'][below(4)]!;
  const main: Mapping = { file: '/bin/a', id: 'id', sizeBytes: 0x4000, fileOffset: 0 };
  const other: Mapping = { file: '[vdso]', id: '', sizeBytes: 0x2000, fileOffset: 0x1000 };
  const locations = Array.from({ length: 2 + below(20) }, (_, index): Location => {
    const frames = Array.from({ length: below(4) }, () => ({
      function: name(),
      file: name(),
      line: below(5000),
    }));
    const address = below(2 ** 40);
    if (index === 0) return { frames, mapping: main, address };
    return random() < 0.2
      ? { frames, address }
      : { frames, mapping: random() < 0.5 ? main : other, address };
  });
  const sampleCount = below(40);
  const depths = Array.from({ length: sampleCount }, () => below(10));
  const column = (): Float64Array =>
    Float64Array.from(
      { length: sampleCount },
      () => Math.trunc((random() - 0.3) * 2 ** below(53)) || 0,
    );
  const starts = depths.reduce((sums, depth) => [...sums, sums.at(-1)! + depth], [0]);
  return {
    sampleTypes: [...HEAP_TYPES],
    timeMs: below(2e12),
    durationMs: below(3) * 1.5,
    periodBytes: below(2 ** 20),
    sampleCount,
    values: {
      alloc_objects: column(),
      alloc_space: column(),
      inuse_objects: column(),
      inuse_space: column(),
    },
    size: Float64Array.from({ length: sampleCount }, () => below(1e6)),
    stackStart: Uint32Array.from(starts),
    stackLocations: Uint32Array.from({ length: starts.at(-1)! }, () => below(locations.length)),
    locations,
    build: { file: main.file, id: main.id },
  };
}

describe('encodeProfile', () => {
  it('writes what decodeProfile reads back as it was, for any profile', () => {
    const random = seededRandom(42);
    for (let round = 0; round < 200; round++) {
      const profile = randomProfile(random);
      expect(decodeProfile(encodeProfile(profile)), `round ${round}`).to.deep.equal(profile);
    }
  });

  for (const name of fixtureProfiles('heap')) {
    it(`writes ${name} so that it reads back as it was, but for mappings without code`, () => {
      const profile = decodeProfile(readFileSync(fixtureProfile(name)));
      const { durationMs } = profile;
      expect(decodeProfile(encodeProfile(profile))).to.deep.equal({
        ...profile,
        durationMs: Math.round(durationMs * 1e3) / 1e3,
      });
    });
  }
});
