import protobuf from 'protobufjs/minimal.js';
import type { Reader, Writer } from 'protobufjs/minimal.js';

/** A line of a program, as pprof's Function and Line messages hold it. */
export interface Place {
  readonly function: string;
  readonly file: string;
  readonly startLine: number;
  readonly line: number;
}

/** One program counter with its inlined places, innermost first. */
export interface Location {
  readonly address: number;
  readonly places: readonly Place[];
}

export interface Mapping {
  readonly start: number;
  readonly limit: number;
  readonly offset: number;
  readonly file: string;
  readonly build: string;
}

export interface Row {
  /** Indexes into the locations, leaf first. */
  readonly stack: readonly number[];
  /** The label `bytes`; 0 where there is none. */
  readonly bytes: number;
  readonly values: readonly number[];
}

/**
 * What of a pprof profile the corpus keeps: samples, stacks, the label `bytes`, period and mapping.
 * It is apart from the daemon's own decoder, so that a fault of that one is not in the recordings too.
 */
export interface WireProfile {
  readonly types: readonly (readonly [type: string, unit: string])[];
  readonly periodType: readonly [type: string, unit: string];
  readonly period: number;
  /** Unix nanoseconds, as text because a double would not hold them. */
  readonly timeNanos: string;
  readonly mappings: readonly Mapping[];
  readonly locations: readonly Location[];
  readonly rows: readonly Row[];
}

const VARINT = 0;
const LENGTH = 2;

/** A message by its field numbers: numbers of varint fields, bytes of the others, in order. */
class Message {
  readonly #ints = new Map<number, number[]>();
  readonly #blocks = new Map<number, Uint8Array[]>();

  constructor(bytes: Uint8Array) {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) this.#take(reader);
  }

  #take(reader: Reader): void {
    const tag = reader.uint32();
    const field = tag >>> 3;
    if ((tag & 7) === VARINT) push(this.#ints, field, toNumber(reader));
    else if ((tag & 7) === LENGTH) push(this.#blocks, field, reader.bytes());
    else throw new Error(`profile: wire type ${tag & 7} of field ${field} is not one pprof uses`);
  }

  int(field: number): number {
    return this.#ints.get(field)?.at(-1) ?? 0;
  }

  blocks(field: number): readonly Uint8Array[] {
    return this.#blocks.get(field) ?? [];
  }

  /** Repeated integers, packed or not: Go packs more than two. */
  ints(field: number): readonly number[] {
    const packed = this.blocks(field).flatMap((bytes) => {
      const reader = protobuf.Reader.create(bytes);
      const values: number[] = [];
      while (reader.pos < reader.len) values.push(toNumber(reader));
      return values;
    });
    return [...(this.#ints.get(field) ?? []), ...packed];
  }
}

function push<T>(map: Map<number, T[]>, field: number, value: T): void {
  const known = map.get(field);
  if (known === undefined) map.set(field, [value]);
  else known.push(value);
}

function toNumber(reader: Reader): number {
  return Number(reader.int64());
}

/** Decodes a profile without its gzip. */
export function decodeWire(bytes: Uint8Array): WireProfile {
  const root = new Message(bytes);
  const texts = root.blocks(6).map((text) => Buffer.from(text).toString('utf8'));
  const text = (index: number): string => texts[index] ?? '';
  const pair = (message: Message): readonly [string, string] => [
    text(message.int(1)),
    text(message.int(2)),
  ];
  const functions = new Map(
    root.blocks(5).map((block) => {
      const message = new Message(block);
      return [message.int(1), message] as const;
    }),
  );
  const ids = new Map<number, number>();
  const locations = root.blocks(4).map((block, index) => {
    const message = new Message(block);
    ids.set(message.int(1), index);
    const places = message.blocks(4).map((line) => placeOf(new Message(line), functions, text));
    return { address: message.int(3), places };
  });
  return {
    types: root.blocks(1).map((block) => pair(new Message(block))),
    periodType: pair(new Message(root.blocks(11)[0] ?? new Uint8Array())),
    period: root.int(12),
    timeNanos: String(root.int(9)),
    mappings: root.blocks(3).map((block) => mappingOf(new Message(block), text)),
    locations,
    rows: root.blocks(2).map((block) => rowOf(new Message(block), ids, text)),
  };
}

function placeOf(
  line: Message,
  functions: ReadonlyMap<number, Message>,
  text: (index: number) => string,
): Place {
  const named = functions.get(line.int(1));
  if (named === undefined) throw new Error(`profile: function ${line.int(1)} is missing`);
  return {
    function: text(named.int(2)),
    file: text(named.int(4)),
    startLine: named.int(5),
    line: line.int(2),
  };
}

function mappingOf(message: Message, text: (index: number) => string): Mapping {
  return {
    start: message.int(2),
    limit: message.int(3),
    offset: message.int(4),
    file: text(message.int(5)),
    build: text(message.int(6)),
  };
}

function rowOf(
  message: Message,
  ids: ReadonlyMap<number, number>,
  text: (index: number) => string,
): Row {
  const labels = message.blocks(3).map((block) => new Message(block));
  const stack = message.ints(1).map((id) => {
    const index = ids.get(id);
    if (index === undefined) throw new Error(`profile: location ${id} is missing`);
    return index;
  });
  const bytes = labels.find((label) => text(label.int(1)) === 'bytes')?.int(3) ?? 0;
  return { stack, bytes, values: message.ints(2) };
}

/** Encodes a profile, in the order of fields Go writes and without gzip. */
export function encodeWire(profile: WireProfile): Uint8Array {
  const out = protobuf.Writer.create();
  const strings = new Map<string, number>([['', 0]]);
  const text = (value: string): number => {
    const known = strings.get(value) ?? strings.size;
    strings.set(value, known);
    return known;
  };
  for (const [type, unit] of profile.types) message(out, 1, [0, text(type), text(unit)]);
  for (const row of profile.rows) writeRow(out, row, text('bytes'));
  for (const [index, each] of profile.mappings.entries()) {
    const names = [text(each.file), text(each.build)];
    message(out, 3, [0, index + 1, each.start, each.limit, each.offset, ...names, 1]);
  }
  writePlaces(out, profile.locations, text);
  out.uint32((9 << 3) | VARINT).int64(profile.timeNanos);
  message(out, 11, [0, text(profile.periodType[0]), text(profile.periodType[1])]);
  out.uint32((12 << 3) | VARINT).int64(profile.period);
  for (const value of strings.keys()) out.uint32((6 << 3) | LENGTH).string(value);
  return out.finish();
}

/** Writes `fields[n]` as varint field n of a message, where it is not 0. */
function message(out: Writer, tag: number, fields: readonly number[]): void {
  out.uint32((tag << 3) | LENGTH).fork();
  fields.forEach((value, field) => {
    if (value !== 0) out.uint32((field << 3) | VARINT).int64(value);
  });
  out.ldelim();
}

function writeRow(out: Writer, row: Row, bytesText: number): void {
  out.uint32((2 << 3) | LENGTH).fork();
  out.uint32((1 << 3) | LENGTH).fork();
  for (const index of row.stack) out.uint32(index + 1);
  out.ldelim();
  out.uint32((2 << 3) | LENGTH).fork();
  for (const value of row.values) out.int64(value);
  out.ldelim();
  if (row.bytes !== 0) message(out, 3, [0, bytesText, 0, row.bytes]);
  out.ldelim();
}

function writePlaces(
  out: Writer,
  locations: readonly Location[],
  text: (value: string) => number,
): void {
  const functions = new Map<string, readonly number[]>();
  const idOf = (place: Place): number => {
    const key = `${place.function}\n${place.file}\n${place.startLine}`;
    const name = text(place.function);
    const known = functions.get(key) ?? [
      0,
      functions.size + 1,
      name,
      name,
      text(place.file),
      place.startLine,
    ];
    functions.set(key, known);
    return known[1] ?? 0;
  };
  locations.forEach((location, index) => {
    out.uint32((4 << 3) | LENGTH).fork();
    [0, index + 1, 1, location.address].forEach((value, field) => {
      if (value !== 0) out.uint32((field << 3) | VARINT).int64(value);
    });
    for (const place of location.places) message(out, 4, [0, idOf(place), place.line]);
    out.ldelim();
  });
  for (const fields of functions.values()) message(out, 5, fields);
}
