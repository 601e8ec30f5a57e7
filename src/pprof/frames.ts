import type { Reader } from 'protobufjs/minimal.js';
import type { Outline } from './outline.ts';
import type { Frame, ProfileLimits } from './profile.ts';
import { IdTable } from './tables.ts';
import type { StringTable } from './tables.ts';
import { readVarintFields, toInt, tooMany } from './wire.ts';
import type { Varint } from './wire.ts';

interface NamedFunction {
  readonly name: string;
  readonly file: string;
}

/** Reads the lines of locations, each into a frame with its function's name. */
export class FrameReader {
  readonly #reader: Reader;
  readonly #functions: IdTable<NamedFunction>;
  readonly #maxFrames: number;
  readonly #fields: Varint[] = [0, 0, 0];
  #count = 0;

  constructor(source: {
    readonly reader: Reader;
    readonly outline: Outline;
    readonly strings: StringTable;
    readonly limits: ProfileLimits;
  }) {
    this.#reader = source.reader;
    this.#maxFrames = source.limits.maxFrames;
    this.#functions = readFunctions(source.reader, source.outline.functions, source.strings);
  }

  /** The line message at the reader. Throws a `ProfileError` beyond the limit of all frames. */
  read(): Frame {
    if (this.#count === this.#maxFrames) throw tooMany(this.#maxFrames, 'frames');
    this.#count++;
    readVarintFields(this.#reader, this.#fields);
    const [, functionId = 0, line = 0] = this.#fields;
    const { name, file } = this.#functions.find(functionId);
    return { function: name, file, line: toInt(line) };
  }
}

function readFunctions(
  reader: Reader,
  positions: readonly number[],
  strings: StringTable,
): IdTable<NamedFunction> {
  const functions = new IdTable<NamedFunction>('function', positions.length);
  const fields: Varint[] = [0, 0, 0, 0, 0];
  for (const position of positions) {
    reader.pos = position;
    readVarintFields(reader, fields);
    const [, id = 0, name = 0, , file = 0] = fields;
    functions.add(id, { name: strings.at(toInt(name)), file: strings.at(toInt(file)) });
  }
  return functions;
}
