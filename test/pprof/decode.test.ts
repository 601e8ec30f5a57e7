import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS, decodeProfile } from '../../src/pprof/decode.ts';
import { ProfileError } from '../../src/pprof/profile.ts';
import type { Profile, ProfileLimits } from '../../src/pprof/profile.ts';
import { fields, HEAP_TYPES, writeProfile } from '../support/profile-writer.ts';
import type { WrittenProfile } from '../support/profile-writer.ts';

const SHOP: WrittenProfile = {
  samples: [
    { stack: [1, 2], values: [10, 1000, 5, 500], bytes: 100 },
    { stack: [1, 2], values: [4, 800, 2, 400], bytes: 200 },
    { stack: [2], values: [1, 64, 0, 0] },
  ],
  locations: [
    { id: 1, lines: ['cart.newItem:7', 'cart.Add:20'] },
    { id: 2, lines: ['main.main:3'] },
  ],
};

function refusal(bytes: Uint8Array, limits: Partial<ProfileLimits> = {}): ProfileError {
  try {
    decodeProfile(bytes, limits);
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

function stacks(profile: Profile): string[][] {
  return Array.from({ length: profile.sampleCount }, (_, i) =>
    [...profile.stackLocations.subarray(profile.stackStart[i], profile.stackStart[i + 1])].flatMap(
      (location) => profile.locations[location]!.frames.map((f) => `${f.function}:${f.line}`),
    ),
  );
}

describe('decodeProfile', () => {
  it('expands inlined frames, innermost first, and keeps the rows of each size apart', () => {
    const profile = decodeProfile(writeProfile(SHOP));
    const path = ['cart.newItem:7', 'cart.Add:20', 'main.main:3'];
    expect(stacks(profile)).to.deep.equal([path, path, ['main.main:3']]);
    expect([...profile.size]).to.deep.equal([100, 200, 0]);
    expect([...profile.values.inuse_space]).to.deep.equal([500, 400, 0]);
    expect([...profile.values.alloc_objects]).to.deep.equal([10, 4, 1]);
  });

  it('reads gzip of one member or several, and plain bytes, alike', () => {
    const plain = writeProfile(SHOP);
    const halves = [plain.subarray(0, 99), plain.subarray(99)];
    const bodies = [plain, gzipSync(plain), Buffer.concat(halves.map((half) => gzipSync(half)))];
    const profiles = bodies.map((body) => decodeProfile(body));
    expect(profiles[1]).to.deep.equal(profiles[0]);
    expect(profiles[2]).to.deep.equal(profiles[0]);
  });

  it('reads packed numbers, single ones and both in one sample, with the strings first or last', () => {
    const expected = decodeProfile(writeProfile(SHOP));
    for (const packing of ['go', 'packed', 'single', 'mixed'] as const) {
      for (const strings of ['first', 'last'] as const) {
        const profile = decodeProfile(writeProfile({ ...SHOP, packing, strings }));
        expect(profile, `${packing}, strings ${strings}`).to.deep.equal(expected);
      }
    }
  });

  it('skips unknown fields of every wire type, groups in groups included', () => {
    const unknown = Buffer.concat([
      Buffer.from('83068306', 'hex'), // field 96: a group, and in it another
      fields([200, 7], [201, Buffer.from('x')]),
      Buffer.from('84068406', 'hex'),
      Buffer.from('a1060102030405060708', 'hex'), // field 100: 64 bits
      Buffer.from('a50601020304', 'hex'), // field 100: 32 bits
      fields([100, 5], [101, Buffer.from('text')]),
    ]);
    expect(decodeProfile(writeProfile({ ...SHOP, unknown }))).to.deep.equal(
      decodeProfile(writeProfile(SHOP)),
    );
  });

  it('knows sample types by name and unit, wherever they stand', () => {
    const profile = decodeProfile(
      writeProfile({
        sampleTypes: [
          'rss/bytes',
          'inuse_space/bytes',
          'inuse_objects/count',
          'alloc_space/bytes',
          'alloc_objects/count',
        ],
        samples: [{ stack: [], values: [9, 1, 2, 3, 4] }],
      }),
    );
    const { alloc_objects, alloc_space, inuse_objects, inuse_space } = profile.values;
    expect([alloc_objects[0], alloc_space[0], inuse_objects[0], inuse_space[0]]).to.deep.equal([
      4, 3, 2, 1,
    ]);
  });

  it('leaves out a type whose unit is another', () => {
    const sampleTypes = [...HEAP_TYPES.slice(0, 3), 'inuse_space/kilobytes'];
    const samples = [{ stack: [], values: [1, 2, 3, 4] }];
    const profile = decodeProfile(writeProfile({ sampleTypes, samples }));
    expect(profile.values.inuse_space[0]).to.equal(0);
    expect(profile.sampleTypes).to.deep.equal(sampleTypes);
  });

  it('tells ids beyond 2^53 apart', () => {
    const ids = [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n];
    const profile = decodeProfile(
      writeProfile({
        samples: [{ stack: ids, values: [0, 0, 0, 0] }],
        locations: ids.map((id, i) => ({ id, lines: [`f${i}:1`] })).reverse(),
      }),
    );
    expect(stacks(profile)).to.deep.equal([['f0:1', 'f1:1', 'f2:1']]);
  });

  it('keeps values exact up to 2^53 either way and refuses larger ones', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const row = (value: number | bigint): Uint8Array =>
      writeProfile({ samples: [{ stack: [], values: [value, -1, 0, -max] }] });
    const { values } = decodeProfile(row(max));
    expect([values.alloc_objects[0], values.alloc_space[0], values.inuse_space[0]]).to.deep.equal([
      max,
      -1,
      -max,
    ]);
    expect(refusal(row(2n ** 53n)).message).to.match(/9007199254740992 is beyond 2\^53/);
    expect(refusal(row(-(2n ** 60n))).message).to.match(/is beyond 2\^53/);
  });

  it('gives the time in milliseconds and the duration to the nanosecond', () => {
    const bytes = writeProfile({ timeNanos: 1_767_225_600_123_456_789n, durationNanos: 500 });
    expect(decodeProfile(bytes)).to.include({ timeMs: 1_767_225_600_123, durationMs: 0.0005 });
  });

  it('counts addresses from the start of their mapping, and tells the build from the first one', () => {
    const start = 0x55b98c893000n;
    const moved = 0xffffffff80000000n;
    const profile = (base: bigint): Profile =>
      decodeProfile(
        writeProfile({
          mapping: { id: 5, start: base, limit: base + 0x4000n },
          locations: [{ id: 1, lines: ['main.main:3'], mapping: 5, address: base + 0x9a5n }],
        }),
      );
    expect(profile(start).locations[0]).to.deep.include({
      address: 0x9a5,
      mapping: { file: '/bin/shop', id: 'b1', sizeBytes: 0x4000, fileOffset: 0 },
    });
    expect(profile(start).build).to.deep.equal({ file: '/bin/shop', id: 'b1' });
    expect(profile(moved).locations).to.deep.equal(profile(start).locations);
  });

  it('takes the period only where it is one of bytes', () => {
    expect(decodeProfile(writeProfile({ period: 4096 })).periodBytes).to.equal(4096);
    const cpu = Buffer.concat([
      writeProfile({ strings: 'first', sampleTypes: ['cpu/nanoseconds'] }),
      fields([11, fields([1, 1], [2, 2])]),
    ]);
    expect(decodeProfile(cpu).periodBytes).to.equal(0);
  });

  it('says what a body is that is no profile', () => {
    const seen = (text: string): string => refusal(Buffer.from(text)).message;
    expect(seen('')).to.match(/the body is empty/);
    expect(refusal(gzipSync('')).message).to.match(/empty/);
    expect(seen('<!DOCTYPE html><html>')).to.match(/this is HTML.*<!DOCTYPE/);
    expect(seen('\n  <html lang="en">')).to.match(/this is HTML/);
    expect(refusal(gzipSync('<html>')).message).to.match(/this is HTML/);
    expect(seen('heap profile: 1: 2 [3: 4] @ heap/1048576')).to.match(/text form.*debug=1/);
    expect(seen('goroutine profile: total 5')).to.match(/text form of another profile/);
    expect(seen('{"error": "unauthorized"}')).to.match(/this is JSON/);
    expect(seen('404 page not found')).to.match(/not-found.*import net\/http\/pprof/);
    expect(seen('\0\0\0')).to.match(/broken or cut off/);
    expect(seen('2\x05hello')).to.match(/string 0 is not empty/);
    expect(refusal(fields([12, 5])).message).to.match(/lists no sample types/);
  });

  it('says that a body is cut off, gzipped or plain', () => {
    const plain = writeProfile(SHOP);
    const gzipped = gzipSync(plain);
    expect(refusal(gzipped.subarray(0, 60)).message).to.match(/breaks off after 60 bytes/);
    expect(refusal(plain.subarray(0, plain.length - 2)).message).to.match(/breaks off at byte/);
    gzipped[30]! ^= 0xff;
    expect(refusal(gzipped).message).to.match(/gzip stream is damaged/);
  });

  it('names what a profile speaks of and does not have', () => {
    const seen = (profile: WrittenProfile): string => refusal(writeProfile(profile)).message;
    const location = { id: 1, lines: ['f:1'] };
    const values = [0, 0, 0, 0];
    expect(seen({ samples: [{ stack: [9], values }] })).to.match(/of location 9, which is not/);
    expect(seen({ locations: [location, location] })).to.match(/location 1 is there twice/);
    expect(seen({ locations: [{ id: 0, lines: [] }] })).to.match(/a location has no id/);
    expect(seen({ locations: [{ ...location, mapping: 3 }] })).to.match(/of mapping 3/);
    expect(seen({ samples: [{ stack: [], values: [1, 2] }] })).to.match(/2 values for 4 types/);
    expect(seen({ samples: [{ stack: [], values: [1, 2, 3, 4, 5] }] })).to.match(/5 values for 4/);
    expect(seen({ samples: [{ stack: [], values, bytes: -8 }] })).to.match(/-8 bytes an object/);
    const dangling = Buffer.concat([writeProfile({}), fields([1, fields([1, 99])])]);
    expect(refusal(dangling).message).to.match(/of string 99, but has \d+ strings/);
  });

  it('refuses what is beyond a limit, each limit by its name, and takes what is just within', () => {
    const bytes = writeProfile(SHOP);
    const limits = [
      ['maxInflatedBytes', bytes.length, /larger than \d+ bytes/],
      ['maxSamples', 3, /more than 2 samples/],
      ['maxStackDepth', 2, /more than 1 locations in one stack/],
      ['maxFrames', 3, /more than 2 frames/],
    ] as const;
    for (const [limit, within, message] of limits) {
      expect(decodeProfile(bytes, { [limit]: within }).sampleCount).to.equal(3);
      const { kind, message: seen } = refusal(bytes, { [limit]: within - 1 });
      expect(kind, limit).to.equal('too_large');
      expect(seen).to.match(message);
    }
    expect(refusal(bytes, { maxLocations: 1 })).to.have.property('kind', 'too_large');
  });

  it('refuses more stack entries in all than the limit, before it makes room for them', () => {
    const sample = { stack: Array(1000).fill(1), values: [0, 0, 0, 0] };
    const bytes = writeProfile({ samples: [sample, sample], locations: SHOP.locations! });
    expect(decodeProfile(bytes, { maxStackEntries: 2000 }).stackLocations.length).to.equal(2000);
    expect(refusal(bytes, { maxStackEntries: 1999 }).message).to.match(/1999 stack entries/);
  });

  it('refuses a gzip bomb without inflating it', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
    const before = process.memoryUsage().arrayBuffers;
    expect(refusal(bomb, { maxInflatedBytes: 2 ** 20 }).kind).to.equal('too_large');
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(8 * 2 ** 20);
    expect(DEFAULT_LIMITS.maxInflatedBytes).to.be.at.most(256 * 2 ** 20);
  });
});
