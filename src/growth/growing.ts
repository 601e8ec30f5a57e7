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
export function withRoom<T extends Int32Array | Float64Array | Float32Array>(
  column: T,
  index: number,
): T;
export function withRoom(
  column: Int32Array | Float64Array | Float32Array,
  index: number,
): Int32Array | Float64Array | Float32Array {
  if (index < column.length) return column;
  const length = Math.max(2 * column.length, index + 1);
  const grown =
    column instanceof Int32Array
      ? new Int32Array(length)
      : column instanceof Float32Array
        ? new Float32Array(length)
        : new Float64Array(length);
  grown.set(column);
  return grown;
}

export function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? 0) + amount;
}
