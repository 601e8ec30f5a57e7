import { withRoom } from './growing.ts';

/**
 * What a saved history is written in: a head of JSON, and beside it numbers of two kinds, each behind
 * those before it: amounts of 8 bytes, and words of 4. Cells are words too: the bits of each less those
 * of the cell before, which are mostly 0 and so deflate to little.
 */
export class NumberWriter {
  #amounts = new Float64Array(FIRST);
  #amountCount = 0;
  #words = new Int32Array(FIRST);
  #wordCount = 0;

  amounts(...values: readonly number[]): void {
    this.#amounts = withRoom(this.#amounts, this.#amountCount + values.length);
    for (const value of values) this.#amounts[this.#amountCount++] = value;
  }

  words(...values: readonly number[]): void {
    this.#words = withRoom(this.#words, this.#wordCount + values.length);
    for (const value of values) this.#words[this.#wordCount++] = value;
  }

  cells(column: Float32Array, used: number): void {
    const bits = new Int32Array(column.buffer, column.byteOffset, used);
    this.#words = withRoom(this.#words, this.#wordCount + used);
    let before = 0;
    for (let cell = 0; cell < used; cell++) {
      const now = bits[cell] ?? 0;
      this.#words[this.#wordCount++] = now - before;
      before = now;
    }
  }

  /** The whole file. `version` says the form of all of it. */
  finish(version: number, head: unknown): Uint8Array {
    const text = new TextEncoder().encode(JSON.stringify(head));
    const sizes = { textBytes: text.length, amounts: this.#amountCount, words: this.#wordCount };
    const at = layOut(sizes);
    const file = new Uint8Array(at.end);
    new Uint32Array(file.buffer, 0, 4).set([version, text.length, sizes.amounts, sizes.words]);
    file.set(text, at.text);
    new Float64Array(file.buffer, at.amounts, sizes.amounts).set(
      this.#amounts.subarray(0, sizes.amounts),
    );
    new Int32Array(file.buffer, at.words).set(this.#words.subarray(0, sizes.words));
    return file;
  }
}

/** Reads what a `NumberWriter` wrote, in the order in which it was written. Throws a `RangeError` beyond its end. */
export class NumberReader {
  readonly #amounts: Float64Array;
  readonly #words: Int32Array;
  #amount = 0;
  #word = 0;

  constructor(amounts: Float64Array, words: Int32Array) {
    this.#amounts = amounts;
    this.#words = words;
  }

  /** Throws where more is there than was read. */
  close(): void {
    if (this.#amount < this.#amounts.length || this.#word < this.#words.length)
      throw new RangeError('numbers that nobody reads');
  }

  amount(): number {
    const value = this.#amounts[this.#amount++];
    if (value === undefined) throw new RangeError('an amount that is not there');
    return value;
  }

  word(): number {
    const value = this.#words[this.#word++];
    if (value === undefined) throw new RangeError('a word that is not there');
    return value;
  }

  cells(into: Float32Array, used: number): void {
    const bits = new Int32Array(into.buffer, into.byteOffset, used);
    let before = 0;
    for (let cell = 0; cell < used; cell++) {
      before = (before + this.word()) | 0;
      bits[cell] = before;
    }
  }
}

/** `undefined` for what is not of this version, or is cut off. */
export function openNumbers(
  version: number,
  file: Uint8Array,
): { readonly head: unknown; readonly numbers: NumberReader } | undefined {
  if (file.length < HEADER_BYTES) return undefined;
  const { buffer, byteOffset: start } = file.byteOffset % 8 === 0 ? file : new Uint8Array(file);
  const [found, textBytes = 0, amounts = 0, words = 0] = new Uint32Array(buffer, start, 4);
  const at = layOut({ textBytes, amounts, words });
  if (found !== version || at.end !== file.length) return undefined;
  const text = new Uint8Array(buffer, start + at.text, textBytes);
  const numbers = new NumberReader(
    new Float64Array(buffer, start + at.amounts, amounts),
    new Int32Array(buffer, start + at.words, words),
  );
  return { head: parseHead(text), numbers };
}

function parseHead(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

const HEADER_BYTES = 16;
/** Room for a history of everyday size, so that it is not copied again and again. */
const FIRST = 2 ** 16;

function layOut({
  textBytes,
  amounts,
  words,
}: {
  readonly textBytes: number;
  readonly amounts: number;
  readonly words: number;
}): {
  readonly text: number;
  readonly amounts: number;
  readonly words: number;
  readonly end: number;
} {
  const amountsAt = 8 * Math.ceil((HEADER_BYTES + textBytes) / 8);
  const wordsAt = amountsAt + 8 * amounts;
  return { text: HEADER_BYTES, amounts: amountsAt, words: wordsAt, end: wordsAt + 4 * words };
}
