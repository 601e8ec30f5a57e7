import protobuf from 'protobufjs/minimal.js';
import { readHead } from './head.ts';
import { outline } from './outline.ts';
import { readPlaces } from './places.ts';
import type { Profile, ProfileLimits } from './profile.ts';
import { readSamples } from './samples.ts';
import { StringTable } from './tables.ts';

/** Takes any profile, in whatever order it was written, and says what is wrong with anything else. */
export function readProfile(buffer: Buffer, limits: ProfileLimits): Profile {
  const reader = protobuf.Reader.create(buffer);
  const parts = outline(reader, limits);
  const strings = new StringTable(reader, parts.strings);
  const source = { reader, outline: parts, strings, limits };
  const head = readHead(source);
  const { mappings, locations, indexById } = readPlaces(source);
  const { sampleTypes } = head;
  const samples = readSamples({ ...source, sampleTypes, locationIndexById: indexById });
  const { file, id } = mappings[0] ?? { file: '', id: '' };
  return { ...head, ...samples, locations, build: { file, id } };
}
