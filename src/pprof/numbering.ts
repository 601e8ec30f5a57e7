/** Numbers of things from 0 up, in the order in which they were first asked for. */
export class Numbering<T> {
  readonly #numbers = new Map<T, number>();

  of(item: T): number {
    const known = this.#numbers.get(item);
    if (known !== undefined) return known;
    this.#numbers.set(item, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get items(): IterableIterator<T> {
    return this.#numbers.keys();
  }
}
