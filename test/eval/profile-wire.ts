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

/** What profiles of one process have in common. */
export type WireHead = Pick<WireProfile, 'types' | 'periodType' | 'period' | 'mappings'>;

/**
 * Encodes the profiles of one series, in the order of fields Go writes and without gzip. Strings,
 * places and stacks are encoded once and stay, since from one profile to the next only values change;
 * a location that is no longer used does no harm.
 */
export class WireEncoder {
  readonly #texts = new Map<string, number>([['', 0]]);
  readonly #strings: Uint8Array[] = [textOf('')];
  readonly #functions = new Map<string, number>();
  readonly #places: Uint8Array[] = [];
  readonly #stacks: Uint8Array[] = [];
  readonly #labels: (Uint8Array | undefined)[] = [];
  #locations = 0;
  #head: Uint8Array = new Uint8Array();
  #tail: Uint8Array = new Uint8Array();

  setHead({ types, mappings, periodType, period }: WireHead): void {
    const head = protobuf.Writer.create();
    for (const [type, unit] of types) message(head, 1, [0, this.#text(type), this.#text(unit)]);
    for (const [index, each] of mappings.entries()) {
      const names = [this.#text(each.file), this.#text(each.build)];
      message(head, 3, [0, index + 1, each.start, each.limit, each.offset, ...names, 1]);
    }
    this.#head = head.finish();
    const tail = protobuf.Writer.create();
    message(tail, 11, [0, this.#text(periodType[0]), this.#text(periodType[1])]);
    this.#tail = tail
      .uint32((12 << 3) | VARINT)
      .int64(period)
      .finish();
  }

  /** The locations of a series are numbered from 0 in the order they are added. */
  addLocation({ address, places }: Location): void {
    const functions = places.map((place) => this.#functionOf(place));
    const out = protobuf.Writer.create();
    out.uint32((4 << 3) | LENGTH).fork();
    writeInts(out, [0, ++this.#locations, 1, address]);
    places.forEach((place, i) => message(out, 4, [0, functions[i] ?? 0, place.line]));
    this.#places.push(out.ldelim().finish());
  }

  /** Rows, too, are numbered from 0. */
  addRow({ stack, bytes }: Pick<Row, 'stack' | 'bytes'>): void {
    const ids = protobuf.Writer.create();
    for (const location of stack) ids.uint32(location + 1);
    this.#stacks.push(ids.finish());
    const label = writeInts(protobuf.Writer.create(), [0, this.#text('bytes'), 0, bytes]);
    this.#labels.push(bytes === 0 ? undefined : label.finish());
  }

  /** Encodes a profile of these rows, each with its number and values. */
  encode(rows: readonly (readonly [number, readonly number[]])[], timeNanos: string): Uint8Array {
    const samples = protobuf.Writer.create();
    for (const [row, values] of rows) {
      samples.uint32((2 << 3) | LENGTH).fork();
      samples.uint32((1 << 3) | LENGTH).bytes(this.#stacks[row] ?? new Uint8Array());
      samples.uint32((2 << 3) | LENGTH).fork();
      for (const value of values) samples.int64(value);
      samples.ldelim();
      const label = this.#labels[row];
      if (label !== undefined) samples.uint32((3 << 3) | LENGTH).bytes(label);
      samples.ldelim();
    }
    const time = protobuf.Writer.create();
    time.uint32((9 << 3) | VARINT).int64(timeNanos);
    const parts = [this.#head, samples.finish(), ...this.#places, time.finish(), this.#tail];
    return Buffer.concat([...parts, ...this.#strings]);
  }

  #functionOf({ function: name, file, startLine }: Place): number {
    const key = `${name}\n${file}\n${startLine}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const id = this.#functions.size + 1;
    this.#functions.set(key, id);
    const out = protobuf.Writer.create();
    message(out, 5, [0, id, this.#text(name), this.#text(name), this.#text(file), startLine]);
    this.#places.push(out.finish());
    return id;
  }

  #text(value: string): number {
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    this.#texts.set(value, this.#texts.size);
    this.#strings.push(textOf(value));
    return this.#texts.size - 1;
  }
}

function textOf(value: string): Uint8Array {
  return protobuf.Writer.create()
    .uint32((6 << 3) | LENGTH)
    .string(value)
    .finish();
}

/** Writes `fields[n]` as varint field n, where it is not 0. */
function writeInts(out: Writer, fields: readonly number[]): Writer {
  fields.forEach((value, field) => {
    if (value !== 0) out.uint32((field << 3) | VARINT).int64(value);
  });
  return out;
}

function message(out: Writer, field: number, fields: readonly number[]): void {
  writeInts(out.uint32((field << 3) | LENGTH).fork(), fields).ldelim();
}
