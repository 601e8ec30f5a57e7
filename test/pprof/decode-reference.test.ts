import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { HEAP_SAMPLE_TYPES } from '../../src/pprof/profile.ts';
import type { Frame, Profile } from '../../src/pprof/profile.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';

/** The fields of profile.proto that a heap profile uses, for protobufjs's own, general decoder. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Profile {
    repeated ValueType sample_type = 1;
    repeated Sample sample = 2;
    repeated Mapping mapping = 3;
    repeated Location location = 4;
    repeated Function function = 5;
    repeated string string_table = 6;
    int64 time_nanos = 9;
    int64 duration_nanos = 10;
    ValueType period_type = 11;
    int64 period = 12;
  }
  message ValueType { int64 type = 1; int64 unit = 2; }
  message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; repeated Label label = 3; }
  message Label { int64 key = 1; int64 str = 2; int64 num = 3; int64 num_unit = 4; }
  message Mapping {
    uint64 id = 1; uint64 memory_start = 2; uint64 memory_limit = 3; uint64 file_offset = 4;
    int64 filename = 5; int64 build_id = 6;
  }
  message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; }
  message Line { uint64 function_id = 1; int64 line = 2; }
  message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; }`,
  { keepCase: true },
);

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
  const type = root.lookupType('Profile');
  const raw = type.toObject(type.decode(gunzipSync(bytes)), {
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
