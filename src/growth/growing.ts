const FIRST = 64;

/** Whole numbers below 2^31 in a row that grows; `values` has room behind them and moves when it is used up. */
export class IntList {
  values = new Int32Array(FIRST);
  length = 0;

  push(value: number): number {
    if (this.length === this.values.length) this.values = withRoom(this.values, this.length);
    this.values[this.length] = value;
    return this.length++;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }
}

/** The same column, or a copy of twice the length where it has no place at `index`. */
export function withRoom<T extends Column>(column: T, index: number): T;
export function withRoom(column: Column, index: number): Column {
  return index < column.length ? column : grown(column, Math.max(2 * column.length, index + 1));
}

type Column = Uint8Array | Int32Array | Float32Array | Float64Array;

function grown(column: Column, length: number): Column {
  const longer = emptyLike(column, length);
  longer.set(column);
  return longer;
}

function emptyLike(column: Column, length: number): Column {
  if (column instanceof Int32Array) return new Int32Array(length);
  if (column instanceof Float64Array) return new Float64Array(length);
  return column instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length);
}

export function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? 0) + amount;
}
