import protobuf from 'protobufjs/minimal.js';
import type { Writer } from 'protobufjs/minimal.js';

export type Int = number | bigint;

export interface WrittenSample {
  readonly stack: readonly Int[];
  readonly values: readonly Int[];
  readonly bytes?: Int;
}

export interface WrittenLocation {
  readonly id: Int;
  /** `FUNCTION:LINE` each, innermost first. */
  readonly lines: readonly string[];
  readonly mapping?: Int;
  readonly address?: Int;
}

type Packing = 'go' | 'packed' | 'single' | 'mixed';

/** A profile as a hand would write it onto the wire, right or wrong. */
export interface WrittenProfile {
  /** `TYPE/UNIT`; those of a Go heap profile by default. */
  readonly sampleTypes?: readonly string[];
  readonly samples?: readonly WrittenSample[];
  readonly locations?: readonly WrittenLocation[];
  readonly mapping?: { readonly id: Int; readonly start: Int; readonly limit: Int };
  readonly period?: Int;
  readonly timeNanos?: Int;
  readonly durationNanos?: Int;
  /**
   * As `go` does, unless told otherwise: values, then locations, each packed from three numbers on, then
   * the label. In other orders: all packed, all single, or the first of a field by itself and the others packed.
   */
  readonly packing?: Packing;
  /** Go writes strings last. */
  readonly strings?: 'first' | 'last';
  /** Bytes of fields that no reader knows, put between all others. */
  readonly unknown?: Uint8Array;
}

export const HEAP_TYPES = [
  'alloc_objects/count',
  'alloc_space/bytes',
  'inuse_objects/count',
  'inuse_space/bytes',
] as const;

/** Uncompressed. */
export function writeProfile(profile: WrittenProfile): Uint8Array {
  const strings = [''];
  const string = (text: string): number => {
    if (!strings.includes(text)) strings.push(text);
    return strings.indexOf(text);
  };
  const valueType = (listed: string): Uint8Array => {
    const [type = '', unit = ''] = listed.split('/');
    return fields([1, string(type)], [2, string(unit)]);
  };
  const functions: string[] = [];
  const line = (spelled: string): Uint8Array => {
    const [name = '', number = '0'] = spelled.split(':');
    if (!functions.includes(name)) functions.push(name);
    return fields([1, functions.indexOf(name) + 1], [2, Number(number)]);
  };
  const parts: (readonly [number, Uint8Array | Int])[] = [
    ...(profile.sampleTypes ?? HEAP_TYPES).map((listed) => [1, valueType(listed)] as const),
    ...(profile.samples ?? []).map(
      (sample) => [2, sampleMessage(sample, profile.packing ?? 'go', string('bytes'))] as const,
    ),
    ...(profile.locations ?? []).map(
      ({ id, lines, mapping = 0, address = 0 }) =>
        [
          4,
          fields([1, id], [2, mapping], [3, address], ...lines.map((at) => [4, line(at)] as const)),
        ] as const,
    ),
    ...functions.map(
      (name, index) =>
        [
          5,
          fields(
            [1, index + 1],
            [2, string(name)],
            [3, string(name)],
            [4, string(`/src/${name}.go`)],
          ),
        ] as const,
    ),
    [9, profile.timeNanos ?? 0],
    [10, profile.durationNanos ?? 0],
    [11, valueType('space/bytes')],
    [12, profile.period ?? 524288],
  ];
  if (profile.mapping !== undefined) {
    const { id, start, limit } = profile.mapping;
    parts.push([
      3,
      fields([1, id], [2, start], [3, limit], [5, string('/bin/shop')], [6, string('b1')]),
    ]);
  }
  const table = strings.map((text) => [6, new TextEncoder().encode(text)] as const);
  const ordered = profile.strings === 'first' ? [...table, ...parts] : [...parts, ...table];
  const { unknown = new Uint8Array() } = profile;
  return Buffer.concat(ordered.flatMap((part) => [unknown, fields(part)]));
}

function sampleMessage(
  { stack, values, bytes }: WrittenSample,
  packing: Packing,
  bytesKey: number,
): Uint8Array {
  const label = bytes === undefined ? [] : [[3, fields([1, bytesKey], [3, bytes])] as const];
  const [headStack, tailStack] = split(stack, packing);
  const [headValues, tailValues] = split(values, packing);
  if (packing === 'go') {
    return fields(...inOneOrMany(2, values), ...inOneOrMany(1, stack), ...label);
  }
  return fields(
    ...headStack.map((id) => [1, id] as const),
    ...headValues.map((value) => [2, value] as const),
    ...label,
    ...(tailStack.length > 0 ? [[1, packed(tailStack)] as const] : []),
    ...(tailValues.length > 0 ? [[2, packed(tailValues)] as const] : []),
  );
}

function inOneOrMany(
  field: number,
  numbers: readonly Int[],
): (readonly [number, Int | Uint8Array])[] {
  return numbers.length > 2
    ? [[field, packed(numbers)]]
    : numbers.map((number) => [field, number] as const);
}

function split(numbers: readonly Int[], packing: Packing): [readonly Int[], readonly Int[]] {
  const singles = { go: 0, packed: 0, single: numbers.length, mixed: 1 }[packing];
  return [numbers.slice(0, singles), numbers.slice(singles)];
}

function packed(numbers: readonly Int[]): Uint8Array {
  const out = protobuf.Writer.create();
  for (const number of numbers) writeInt(out, number);
  return out.finish();
}

/** A message of some fields: a number as a varint, bytes with their length. */
export function fields(...list: readonly (readonly [number, Uint8Array | Int])[]): Uint8Array {
  const out = protobuf.Writer.create();
  for (const [field, value] of list) {
    if (value instanceof Uint8Array) out.uint32((field << 3) | 2).bytes(value);
    else writeInt(out.uint32(field << 3), value);
  }
  return out.finish();
}

function writeInt(out: Writer, value: Int): void {
  out.uint64(String(BigInt.asUintN(64, BigInt(value))));
}
