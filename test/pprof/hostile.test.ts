import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { ProfileError } from '../../src/pprof/profile.ts';
import { fixtureProfile } from '../support/fixture-profiles.ts';
import { writeProfile } from '../support/profile-writer.ts';
import { seededRandom } from '../support/random.ts';

const SMALL = writeProfile({
  samples: [
    { stack: [1, 2], values: [10, 1000, -5, 500], bytes: 100 },
    { stack: [2n ** 60n], values: [1, 64, 0, 0] },
  ],
  locations: [
    { id: 1, lines: ['cart.newItem:7', 'cart.Add:20'], mapping: 1, address: 0x1234 },
    { id: 2, lines: ['main.main:3'] },
    { id: 2n ** 60n, lines: [] },
  ],
  mapping: { id: 1, start: 0x1000, limit: 0x4000 },
  packing: 'mixed',
});
const RECORDED = readFileSync(fixtureProfile('go1.26/heap-before-first-gc.pb.gz'));

/** Whether it decodes; anything but a `ProfileError` goes through and fails the test. */
function decodes(bytes: Uint8Array): boolean {
  try {
    decodeProfile(bytes, { maxInflatedBytes: 2 ** 20 });
    return true;
  } catch (error) {
    if (error instanceof ProfileError) return false;
    throw error;
  }
}

function withFlippedBits(bytes: Uint8Array, random: () => number): Uint8Array {
  const broken = Uint8Array.from(bytes);
  for (let flips = 1 + random() * 4; flips >= 1; flips--) {
    broken[Math.floor(random() * broken.length)]! ^= 1 << Math.floor(random() * 8);
  }
  return broken;
}

describe('hostile profiles', () => {
  it('refuses a profile that is cut off at any byte, but for one cut at a string that nothing names', () => {
    const decoding = Array.from({ length: SMALL.length }, (_, length) => length).filter((length) =>
      decodes(SMALL.subarray(0, length)),
    );
    expect(decoding).to.have.length.below(2);
    expect(decodes(SMALL)).to.equal(true);
  });

  it('refuses a recorded gzip body that is cut off at any byte', () => {
    for (let length = 0; length < RECORDED.length; length++) {
      expect(decodes(RECORDED.subarray(0, length)), `${length} bytes`).to.equal(false);
    }
  });

  it('either decodes or refuses a profile with flipped bits, and throws nothing else', () => {
    const random = seededRandom(20_250_601);
    const rounds = [
      ...Array<Uint8Array>(4_000).fill(SMALL),
      ...Array<Uint8Array>(500).fill(gunzipSync(RECORDED)),
      ...Array<Uint8Array>(500).fill(RECORDED),
    ];
    const refused = rounds.filter((bytes) => !decodes(withFlippedBits(bytes, random)));
    expect(refused).to.have.length.within(1_000, 4_999);
  });

  it('refuses chance bytes', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from({ length: 1 + random() * 64 }, () => random() * 256);
      expect(decodes(bytes), Buffer.from(bytes).toString('hex')).to.equal(false);
    }
  });

  it('refuses groups nested without end', () => {
    const deep = Buffer.concat([Buffer.alloc(100_000, 0x0b), SMALL]);
    expect(decodes(deep)).to.equal(false);
  });
});
