import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import type { Frame, Profile } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';
import { profileMessage } from '../support/profile-message.ts';

const message = profileMessage();

interface Raw {
  sample_type: { type: string; unit: string }[];
  sample: {
    location_id: string[];
    value: string[];
    label: { key: string; num: string }[];
  }[];
  mapping: { id: string; memory_start: string; filename: string; build_id: string }[];
  location: {
    id: string;
    mapping_id: string;
    address: string;
    line: { function_id: string; line: string }[];
  }[];
  function: { id: string; name: string; filename: string }[];
  string_table: string[];
  time_nanos: string;
  duration_nanos: string;
  period: string;
}

interface Plain {
  readonly timeMs: number;
  readonly durationMs: number;
  readonly build: { readonly file: string; readonly id: string };
  readonly samples: readonly {
    readonly stack: readonly { readonly frames: readonly Frame[]; readonly address: number }[];
    readonly values: readonly number[];
    readonly size: number;
  }[];
}

/** The obvious way: objects for everything, looked up by walking lists. */
function obviously(bytes: Uint8Array): Plain {
  const raw = message.toObject(message.decode(gunzipSync(bytes)), {
    longs: String,
    defaults: true,
  }) as Raw;
  const text = (index: string): string => raw.string_table[Number(index)]!;
  const frameOf = (line: { function_id: string; line: string }): Frame => {
    const found = raw.function.find(({ id }) => id === line.function_id)!;
    return { function: text(found.name), file: text(found.filename), line: Number(line.line) };
  };
  const places = raw.location.map(({ id, line, mapping_id, address }) => {
    const start = raw.mapping.find((mapping) => mapping.id === mapping_id)?.memory_start ?? '0';
    return {
      id,
      place: { frames: line.map(frameOf), address: Number(BigInt(address) - BigInt(start)) },
    };
  });
  const columns = HEAP_SAMPLE_TYPES.map((name) =>
    raw.sample_type.findIndex(({ type: found }) => text(found) === name),
  );
  return {
    timeMs: Math.floor(Number(BigInt(raw.time_nanos) / 1_000_000n)),
    durationMs: Number(raw.duration_nanos) / 1e6,
    build: { file: text(raw.mapping[0]!.filename), id: text(raw.mapping[0]!.build_id) },
    samples: raw.sample.map(({ location_id, value, label }) => ({
      stack: location_id.map((id) => places.find((found) => found.id === id)!.place),
      values: columns.map((column) => (column < 0 ? 0 : Number(value[column]))),
      size: Number(label.find(({ key }) => text(key) === 'bytes')?.num ?? 0),
    })),
  };
}

function plain(profile: Profile): Plain {
  return {
    timeMs: profile.timeMs,
    durationMs: profile.durationMs,
    build: profile.build,
    samples: Array.from({ length: profile.sampleCount }, (_, i) => ({
      stack: Array.from(
        profile.stackLocations.subarray(profile.stackStart[i], profile.stackStart[i + 1]),
        (location) => {
          const { frames, address = NaN } = profile.locations[location]!;
          return { frames, address };
        },
      ),
      values: HEAP_SAMPLE_TYPES.map((type) => profile.values[type][i]!),
      size: profile.size[i]!,
    })),
  };
}

describe('decodeProfile beside the general decoder of protobufjs', () => {
  for (const name of fixtureProfiles('any')) {
    it(`reads the same from ${name}`, () => {
      const bytes = readFileSync(fixtureProfile(name));
      expect(plain(decodeProfile(bytes))).to.deep.equal(obviously(bytes));
    });
  }
});
