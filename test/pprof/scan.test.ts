import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../src/pprof/decode.ts';
import { MARKS } from '../../src/pprof/marks.ts';
import { HEAP_SAMPLE_TYPES, ProfileError } from '../../src/pprof/profile.ts';
import type { Profile, ProfileLimits } from '../../src/pprof/profile.ts';
import { readProfile } from '../../src/pprof/reader-of-record.ts';
import { scanProfile } from '../../src/pprof/scanned.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { writeProfile } from '../support/profile-writer.ts';
import type { WrittenProfile } from '../support/profile-writer.ts';
import { seededRandom } from '../support/random.ts';

/** The profile with everything in it made, to be compared; `refused` for what is no profile. */
function outcome(read: () => Profile | undefined): object | 'refused' | 'left to the other' {
  try {
    const profile = read();
    if (profile === undefined) return 'left to the other';
    return { ...profile, locations: [...profile.locations] };
  } catch (error) {
    if (error instanceof ProfileError || error instanceof RangeError) return 'refused';
    if (error instanceof Error && /^(index|invalid|illegal|max)/.test(error.message)) {
      return 'refused';
    }
    throw error;
  }
}

/** Says whether the scan took the bytes, and fails unless the reader of record makes the same of them. */
function scanTakes(plain: Uint8Array, limits: ProfileLimits = DEFAULT_LIMITS): boolean {
  const buffer = Buffer.from(plain);
  const scanned = outcome(() => scanProfile(buffer, limits));
  if (scanned === 'left to the other') return false;
  const recorded = outcome(() => readProfile(buffer, limits));
  expect(scanned, buffer.toString('base64').slice(0, 4_000)).to.deep.equal(recorded);
  return true;
}

function randomProfile(random: () => number): WrittenProfile {
  const below = (count: number): number => Math.floor(random() * count);
  const locations = Array.from({ length: 1 + below(random() < 0.1 ? 300 : 20) }, (_, index) => ({
    id: index + 1,
    lines: Array.from({ length: below(4) }, () => `f${below(40)}:${below(70_000)}`),
    mapping: below(2),
    address: below(2 ** 44),
  }));
  const number = (): number => Math.floor(random() ** 8 * 2 ** below(49));
  const samples = Array.from({ length: below(12) }, () => ({
    stack: Array.from({ length: below(20) }, () => 1 + below(locations.length)),
    values: [number(), number(), number(), number()],
    ...(random() < 0.8 ? { bytes: 1 + below(2 ** 20) } : {}),
  }));
  return {
    samples,
    locations,
    mapping: { id: 1, start: 0x40_0000, limit: 0x90_0000 },
    timeNanos: 1_750_000_000_000_000_001n,
    strings: random() < 0.5 ? 'first' : 'last',
  };
}

function withFlippedBits(bytes: Uint8Array, random: () => number): Uint8Array {
  const broken = Uint8Array.from(bytes);
  for (let flips = 1 + random() * 3; flips >= 1; flips--) {
    broken[Math.floor(random() * broken.length)]! ^= 1 << Math.floor(random() * 8);
  }
  return broken;
}

const hasUnusualNumbers = (name: string): boolean => name.includes('delta');

describe('the scan beside the reader of record', () => {
  for (const name of fixtureProfiles('heap')) {
    it(`reads ${name} the same, and takes it unless it has unusual numbers`, () => {
      const plain = gunzipSync(readFileSync(fixtureProfile(name)));
      expect(scanTakes(plain)).to.equal(!hasUnusualNumbers(name));
    });
  }

  it('takes what Go writes today rather than leave it to the slow way', () => {
    const plain = gunzipSync(readFileSync(fixtureProfile('go1.26/heap-after.pb.gz')));
    expect(scanTakes(plain)).to.equal(true);
  });

  it('reads the same from chance profiles', () => {
    const random = seededRandom(55);
    const rounds = Array.from({ length: 400 }, () => writeProfile(randomProfile(random)));
    expect(rounds.filter((bytes) => scanTakes(bytes))).to.have.length.above(200);
  });

  it('takes no profile with flipped bits that the reader of record refuses or reads otherwise', () => {
    const random = seededRandom(77);
    const recorded = gunzipSync(readFileSync(fixtureProfile('go1.26/heap-before-first-gc.pb.gz')));
    const rounds = Array.from({ length: 2_000 }, (_, round) =>
      round % 40 === 0 ? recorded : writeProfile(randomProfile(random)),
    );
    const taken = rounds.filter((bytes) => scanTakes(withFlippedBits(bytes, random)));
    expect(taken).to.have.length.within(300, 1_999);
  });

  it('takes no profile that is cut off where the reader of record refuses it', () => {
    const plain = writeProfile(randomProfile(seededRandom(4)));
    const lengths = Array.from({ length: plain.length }, (_, length) => length);
    const taken = lengths.filter((length) => scanTakes(plain.subarray(0, length)));
    expect(taken).to.have.length.below(plain.length / 2);
  });

  it('holds the limits that the reader of record holds', () => {
    const plain = writeProfile(randomProfile(seededRandom(9)));
    for (const limit of ['maxSamples', 'maxLocations', 'maxFrames', 'maxStackDepth'] as const) {
      expect(scanTakes(plain, { ...DEFAULT_LIMITS, [limit]: 3 }), limit).to.equal(false);
    }
    expect(scanTakes(plain, { ...DEFAULT_LIMITS, maxStackEntries: 3 })).to.equal(false);
  });

  it('leaves every other profile to the reader of record', () => {
    const samples = [{ stack: [1], values: [1, 2, 3, 4] }];
    const locations = [{ id: 1, lines: ['main.main:3'] }];
    const others: readonly WrittenProfile[] = [
      { samples: [{ stack: [7], values: [1, 2, 3, 4] }], locations: [{ id: 7, lines: [] }] },
      { samples: [{ stack: [1], values: [1, 2, 3, -4] }], locations },
      { samples: [{ stack: [1], values: [1, 2, 3, 2 ** 50] }], locations },
      { samples: [{ stack: [1], values: [1] }], locations, sampleTypes: ['cpu/nanoseconds'] },
      { samples, locations, packing: 'single' },
      { samples, locations, packing: 'packed' },
      { samples, locations, unknown: Uint8Array.of(0x78, 0x01) },
    ];
    for (const [index, written] of others.entries()) {
      expect(scanTakes(writeProfile(written)), `profile ${index}`).to.equal(false);
    }
    expect(scanTakes(writeProfile({ samples, locations }))).to.equal(true);
  });

  it('takes no sample whose last value breaks off, with as many ends of numbers as there should be', () => {
    const samples = [{ stack: [1], values: [1, 2, 131, 4, 5] }];
    const plain = Buffer.from(
      writeProfile({ samples, locations: [{ id: 1, lines: ['main.main:3'] }] }),
    );
    const values = plain.indexOf(Buffer.from([0x12, 6, 1, 2, 0x83, 1, 4, 5]));
    expect(values).to.be.above(0);
    plain[values + 7]! |= 0x80;
    expect(scanTakes(plain)).to.equal(false);
  });

  it('takes no id of two bytes that leads nowhere, whatever stands beside it', () => {
    const locations = Array.from({ length: 300 }, (_, index) => ({
      id: index + 1,
      lines: [`f${index}:1`],
    }));
    const samples = [{ stack: [200, 201, 202, 203], values: [1, 2, 3, 4] }];
    const plain = Buffer.from(writeProfile({ samples, locations }));
    expect(scanTakes(plain)).to.equal(true);
    const ids = plain.indexOf(Buffer.from([0x0a, 8, 0xc8, 1, 0xc9, 1]));
    expect(ids).to.be.above(0);
    for (const [at, byte] of [
      [3, 0x7f],
      [5, 3],
      [7, 0x40],
    ] as const) {
      const broken = Buffer.from(plain);
      broken[ids + at] = byte;
      expect(scanTakes(broken), `byte ${at}`).to.equal(false);
    }
    const none = Buffer.from(plain);
    none.set([0x80, 0], ids + 2);
    expect(scanTakes(none)).to.equal(false);
  });

  it('knows a stack by its functions in their order, whatever numbers their locations have', () => {
    const stacks = [
      'a b c d',
      'b a c d',
      'a c b d',
      'a b d c',
      'a b c',
      'a b c d d',
      'a a',
      'b a',
      'a',
    ];
    const functions = ['a', 'b', 'c', 'd'];
    // Ids of one, two and three bytes, so that they stand at other places in words.
    const marksWith = (numbers: readonly number[]): readonly string[] => {
      const names = Array.from({ length: 17_000 }, (_, index) => {
        const at = numbers.indexOf(index + 1);
        return at < 0 ? 'other' : (functions[at] ?? '');
      });
      const locations = names.map((name, index) => ({ id: index + 1, lines: [`${name}:1`] }));
      const samples = stacks.map((stack) => ({
        stack: stack.split(' ').map((name) => numbers[functions.indexOf(name)] ?? 0),
        values: [1, 2, 3, 4],
        bytes: 48,
      }));
      const marks = scanProfile(Buffer.from(writeProfile({ samples, locations })), DEFAULT_LIMITS)
        ?.code?.marks;
      return stacks.map((_, row) => String(marks?.slice(MARKS * row, MARKS * row + 2)));
    };
    const rows = marksWith([1, 2, 3, 4]);
    expect(new Set(rows)).to.have.lengthOf(stacks.length);
    for (const numbers of [
      [200, 201, 202, 203],
      [16_900, 7, 300, 9],
      [5, 16_384, 16_383, 127],
    ])
      expect(marksWith(numbers), String(numbers)).to.deep.equal(rows);
  });

  it('leaves a stack deeper than Go ever records to the reader of record', () => {
    const locations = [{ id: 1, lines: ['main.walk:1'] }];
    const deep = (frames: number): Uint8Array =>
      writeProfile({
        samples: [{ stack: Array<number>(frames).fill(1), values: [1, 2, 3, 4] }],
        locations,
      });
    expect([1024, 1025].map((frames) => scanTakes(deep(frames)))).to.deep.equal([true, false]);
  });

  it('makes names of places only when they are asked for', () => {
    const plain = gunzipSync(readFileSync(fixtureProfile('go1.26/heap-after.pb.gz')));
    const profile = scanProfile(Buffer.from(plain), DEFAULT_LIMITS);
    expect(HEAP_SAMPLE_TYPES.map((type) => profile?.values[type].length)).to.deep.equal(
      Array(4).fill(profile?.sampleCount),
    );
    expect(profile?.locations).to.equal(profile?.locations);
  });
});
