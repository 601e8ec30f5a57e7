import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { formatBytes } from '../config/units.ts';
import { excerpt } from '../memory/excerpt.ts';
import { TargetError } from './target-error.ts';

type Undo = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

const UNDO: ReadonlyMap<string, Undo> = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

const MAX_ENCODINGS = 2;
/**
 * A piece takes a hundred bytes and more beside its own, and a server may send each byte as one: so many
 * pieces are put together where they are this small on the whole.
 */
const MANY_PIECES = 256;
const SMALL_PIECE = 1_024;

export interface BodyBound {
  /** Of the bytes received, and of what they unpack to. */
  readonly maxBytes: number;
  /** The setting that the bound comes from, where there is one to raise. */
  readonly maxBytesSetting?: string;
  /** What the message of an error calls the answer. */
  readonly shown: string;
}

/**
 * Collects a body. It is refused at once where its announced length is over the bound, and else as
 * soon as more than that has come.
 */
export class BodyCollector {
  readonly #bound: BodyBound;
  readonly #chunks: Uint8Array[] = [];
  /** The last of the chunks, which were not looked at together yet. */
  #loose = 0;
  #received = 0;

  constructor(bound: BodyBound) {
    this.#bound = bound;
  }

  /** Throws a `TargetError` where that is too much. */
  expect(announcedBytes = '0'): void {
    if (Number(announcedBytes) > this.#bound.maxBytes) {
      throw tooLarge(`it announces ${formatBytes(Number(announcedBytes))}`, this.#bound);
    }
  }

  /** Throws a `TargetError` where that is too much. */
  add(chunk: Uint8Array): void {
    this.#received += chunk.length;
    if (this.#received > this.#bound.maxBytes) throw tooLarge('more came', this.#bound);
    this.#chunks.push(chunk);
    if (++this.#loose === MANY_PIECES) this.#gather();
  }

  #gather(): void {
    this.#loose = 0;
    const pieces = this.#chunks.slice(-MANY_PIECES);
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    if (bytes > MANY_PIECES * SMALL_PIECE) return;
    this.#chunks.length -= MANY_PIECES;
    this.#chunks.push(Buffer.concat(pieces, bytes));
  }

  /** In memory of its own; what it is made of is let go. */
  takeWhole(): Uint8Array {
    const whole = Buffer.concat(this.#chunks, this.#received);
    this.#chunks.length = 0;
    return whole;
  }
}

/**
 * Undoes `Content-Encoding`. None is asked for and Go's pprof sends none (its gzip is part of the
 * content), but a proxy between may add one unasked.
 */
export async function decodeBody(
  bytes: Uint8Array,
  encodingHeader: string,
  bound: BodyBound,
): Promise<Uint8Array> {
  const encodings = encodingHeader
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > MAX_ENCODINGS) throw unreadable(encodingHeader, bound);
  let decoded = bytes;
  for (const encoding of encodings.toReversed()) decoded = await undo(encoding, decoded, bound);
  return decoded;
}

async function undo(encoding: string, bytes: Uint8Array, bound: BodyBound): Promise<Uint8Array> {
  const unpack = UNDO.get(encoding);
  if (unpack === undefined) throw unreadable(encoding, bound);
  try {
    return await unpack(bytes, { maxOutputLength: bound.maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw tooLarge(`its ${encoding} unpacks to more`, bound, cause);
    throw unreadable(encoding, bound, cause);
  }
}

function tooLarge(seen: string, bound: BodyBound, cause?: unknown): TargetError {
  const { maxBytes, maxBytesSetting: setting, shown } = bound;
  const raise = setting === undefined ? '' : `raise ${setting}, or `;
  const message = `${shown}: the answer is over the bound of ${formatBytes(maxBytes)}, ${seen}; ${raise}look for what makes it so large`;
  return new TargetError('too_large', message, { cause });
}

function unreadable(encoding = '', { shown }: BodyBound, cause?: unknown): TargetError {
  const message = `${shown}: the answer cannot be read as Content-Encoding "${excerpt(encoding, 40)}"; none was asked for, so look for a proxy that adds one`;
  return new TargetError('content', message, { cause });
}
