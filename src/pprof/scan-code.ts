import type { ProfileLimits } from './profile.ts';
import { expect, FIELDS, FUNCTION, LOCATION, STRING, Unusual } from './scan-wire.ts';
import type { Positions, Wire } from './scan-wire.ts';

/** The places that samples speak of, in numbers. */
export interface ScannedCode {
  /** By location: a mapping's id, 0 for none, and an address. */
  readonly mapping: Uint32Array;
  readonly address: Float64Array;
  /** Frames of location `i`: `frameStart[i] … frameStart[i + 1] - 1`. */
  readonly frameStart: Uint32Array;
  /** By frame: an index into the columns of functions, and the line in the file. */
  readonly frameFunction: Uint32Array;
  readonly frameLine: Float64Array;
  /** By function: indexes of strings. */
  readonly functionName: Uint32Array;
  readonly functionFile: Uint32Array;
}

const LOCATION_ID = 0x08;
const MAPPING_ID = 0x10;
const ADDRESS = 0x18;
const LINE = 0x22;
const FRAME_FUNCTION = 0x08;
const FRAME_LINE = 0x10;

export function scanCode(wire: Wire, parts: Positions, { maxFrames }: ProfileLimits): ScannedCode {
  const functions = scanFunctions(wire, parts);
  const positions = parts(LOCATION);
  const locations = new LocationScanner(wire, {
    locations: positions.length,
    functions: functions.functionName.length,
    maxFrames,
  });
  for (let at = 0; at < positions.length; at++) locations.read(positions[at] ?? 0);
  return locations.finish(functions);
}

interface Counts {
  readonly locations: number;
  readonly functions: number;
  readonly maxFrames: number;
}

/** Exported for `LIVING_SCAN`. */
export class LocationScanner {
  readonly #wire: Wire;
  readonly #counts: Counts;
  readonly #mapping: Uint32Array;
  readonly #address: Float64Array;
  readonly #frameStart: Uint32Array;
  #frameFunction: Uint32Array;
  #frameLine: Float64Array;
  #locations = 0;
  #frames = 0;

  constructor(wire: Wire, counts: Counts) {
    this.#wire = wire;
    this.#counts = counts;
    this.#mapping = new Uint32Array(counts.locations);
    this.#address = new Float64Array(counts.locations);
    this.#frameStart = new Uint32Array(counts.locations + 1);
    this.#frameFunction = new Uint32Array(2 * counts.locations);
    this.#frameLine = new Float64Array(2 * counts.locations);
  }

  read(position: number): void {
    const wire = this.#wire;
    wire.pos = position;
    const end = wire.end();
    const at = this.#locations++;
    let id = 0;
    while (wire.pos < end) {
      const tag = wire.bytes[wire.pos++] ?? 0;
      if (tag === LINE) this.#readFrame();
      else if (tag === LOCATION_ID) id = wire.varint();
      else if (tag === MAPPING_ID) this.#mapping[at] = small(wire.varint());
      else if (tag === ADDRESS) this.#address[at] = wire.varint();
      else throw new Unusual();
    }
    expect(wire.pos === end && id === at + 1);
    this.#frameStart[at + 1] = this.#frames;
  }

  /** One object of its own and no spread, which would be of another kind each time: see `LIVING_SCAN`. */
  finish({ functionName, functionFile }: Functions): ScannedCode {
    expect(this.#frames <= this.#counts.maxFrames);
    return {
      functionName,
      functionFile,
      mapping: this.#mapping,
      address: this.#address,
      frameStart: this.#frameStart,
      frameFunction: this.#frameFunction.subarray(0, this.#frames),
      frameLine: this.#frameLine.subarray(0, this.#frames),
    };
  }

  #readFrame(): void {
    const wire = this.#wire;
    const end = wire.end();
    let id = 0;
    let line = 0;
    while (wire.pos < end) {
      const tag = wire.bytes[wire.pos++];
      if (tag === FRAME_FUNCTION) id = wire.varint();
      else if (tag === FRAME_LINE) line = wire.varint();
      else throw new Unusual();
    }
    expect(wire.pos === end && id >= 1 && id <= this.#counts.functions);
    if (this.#frames === this.#frameLine.length) this.#grow();
    this.#frameFunction[this.#frames] = id - 1;
    this.#frameLine[this.#frames++] = line;
  }

  #grow(): void {
    expect(this.#frames <= this.#counts.maxFrames);
    const functions = new Uint32Array(2 * this.#frames);
    const lines = new Float64Array(2 * this.#frames);
    functions.set(this.#frameFunction);
    lines.set(this.#frameLine);
    this.#frameFunction = functions;
    this.#frameLine = lines;
  }
}

function small(number: number): number {
  expect(number < 2 ** 32);
  return number;
}

type Functions = Pick<ScannedCode, 'functionName' | 'functionFile'>;

function scanFunctions(wire: Wire, parts: Positions): Functions {
  const positions = parts(FUNCTION);
  const strings = parts(STRING).length;
  const functionName = new Uint32Array(positions.length);
  const functionFile = new Uint32Array(positions.length);
  const fields = new Float64Array(FIELDS);
  for (let index = 0; index < positions.length; index++) {
    wire.pos = positions[index] ?? 0;
    wire.readFields(fields);
    const name = fields[2] ?? 0;
    const file = fields[4] ?? 0;
    expect(fields[1] === index + 1 && name < strings && file < strings);
    functionName[index] = name;
    functionFile[index] = file;
  }
  return { functionName, functionFile };
}
