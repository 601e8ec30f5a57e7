import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Writer } from 'protobufjs/minimal.js';
import { retimeProfile } from '../../../src/cli/demo/retime-profile.ts';

/** period_type, time_nanos, period, and a string that holds the tag of time_nanos. */
function profile(timeNanos: string): Buffer {
  const writer = Writer.create();
  writer.uint32((11 << 3) | 2).bytes(Uint8Array.of(8, 1, 16, 2));
  writer.uint32((9 << 3) | 0).int64(timeNanos);
  writer.uint32((12 << 3) | 0).int64(524288);
  writer.uint32((6 << 3) | 2).string('\u0048\u0001 is no field');
  return gzipSync(writer.finish());
}

describe('retimeProfile', () => {
  it('changes time_nanos and not a byte else, also where it takes more or fewer bytes', () => {
    for (const before of ['1', '1795388977920545807', '9223372036854775807']) {
      const retimed = retimeProfile(profile(before), 1_600_000_000_123);
      expect(gunzipSync(retimed)).to.deep.equal(gunzipSync(profile('1600000000123000000')));
    }
  });
});
