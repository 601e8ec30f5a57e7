import { withRoom } from './growing.ts';

/**
 * Numbers things 0, 1, 2 … in the order in which they come; each is known by a key, a hash of 53 bits.
 * A `Map` of 100,000 such keys is as many objects, which every GC has to walk over.
 */
export class Numbering {
  count = 0;
  #keys = new Float64Array(64);
  /** By hash, open addressing: a number and 1, 0 where there is none. */
  #table = new Int32Array(256);

  /** The number of a key; that of one not met so far is what `count` was. */
  numberOf(key: number): number {
    const mask = this.#table.length - 1;
    for (let slot = slotOf(key) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#table[slot] ?? 0) - 1;
      if (number < 0) return this.#add(key, slot);
      if (this.#keys[number] === key) return number;
    }
  }

  keyOf(number: number): number {
    return this.#keys[number] ?? 0;
  }

  #add(key: number, slot: number): number {
    const number = this.count++;
    this.#keys = withRoom(this.#keys, number);
    this.#keys[number] = key;
    this.#table[slot] = number + 1;
    if (2 * this.count > this.#table.length) this.#rebuild();
    return number;
  }

  #rebuild(): void {
    this.#table = new Int32Array(4 * this.#table.length);
    const mask = this.#table.length - 1;
    for (let number = 0; number < this.count; number++) {
      let slot = slotOf(this.keyOf(number)) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number + 1;
    }
  }
}

/** The upper bits of a key are as good as the lower ones, and cost a division. */
function slotOf(key: number): number {
  return Math.imul(key | 0, 0x9e3779b1) >>> 7;
}
