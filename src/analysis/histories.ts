import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { History } from '../growth/history.ts';
import { restoreHistory, saveHistory } from '../growth/saved-history.ts';

/** How many histories are held, and how. */
export interface Held {
  readonly open: number;
  readonly packed: number;
  readonly packedBytes: number;
}

const MAX_OPEN_BYTES = 32 * 2 ** 20;
/** What an open history takes, about: with full cells, and the rows of the newest profile. */
const BYTES = { history: 20_000, function: 1_600, stack: 1_200 };
/** As fast as deflate at its fastest, to a ninth less; the next ones take longer for hardly more. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } };

interface Open {
  readonly history: History;
  /** As long after the last capture as that was after the one before; Unix milliseconds. */
  readonly dueAt: number;
}

/**
 * The histories of all targets. Open are those that are wanted next, as many as take
 * `maxOpenBytes` together, and always the one at work; the others are packed, to less than a tenth of the
 * memory, and opened when they are asked for. Captures come at intervals, so the one to pack is not
 * the one used longest ago, which is due next, but the one whose next capture is farthest.
 *
 * A packed history says what an open one would have said. (Of several lines of one function in one
 * stack it shows the one that holds most now, and an open one that which held most when it last
 * changed.)
 */
export class Histories {
  readonly #maxOpenBytes: number;
  readonly #open = new Map<string, Open>();
  readonly #packed = new Map<string, Uint8Array>();
  #packedBytes = 0;

  constructor(maxOpenBytes = MAX_OPEN_BYTES) {
    this.#maxOpenBytes = maxOpenBytes;
  }

  get held(): Held {
    return { open: this.#open.size, packed: this.#packed.size, packedBytes: this.#packedBytes };
  }

  isOpen(target: string): boolean {
    return this.#open.has(target);
  }

  /** For a capture made at the time given; `undefined` where there is none. */
  open(target: string, at: number): History | undefined {
    const history = this.#open.get(target)?.history ?? unpacked(this.#packed.get(target));
    if (history === undefined) return undefined;
    this.forget(target);
    const everyMs = history.until > 0 ? at - history.until : Infinity;
    this.#open.set(target, { history, dueAt: at + everyMs });
    this.#packOthers(target, at);
    return history;
  }

  /** To be looked at and not changed: it stays where it is, open or packed. */
  peek(target: string): History | undefined {
    return this.#open.get(target)?.history ?? unpacked(this.#packed.get(target));
  }

  keep(target: string, history: History): void {
    this.forget(target);
    this.#open.set(target, { history, dueAt: Infinity });
    this.#packOthers(target, history.until);
  }

  forget(target: string): void {
    this.#open.delete(target);
    this.#packedBytes -= this.#packed.get(target)?.length ?? 0;
    this.#packed.delete(target);
  }

  /** As it is saved; `undefined` where there is none. */
  saved(target: string): Uint8Array | undefined {
    const open = this.#open.get(target);
    if (open !== undefined) return saveHistory(open.history);
    const packed = this.#packed.get(target);
    return packed && brotliDecompressSync(packed);
  }

  #packOthers(atWork: string, now: number): void {
    let bytes = 0;
    for (const { history } of this.#open.values()) bytes += openBytes(history);
    while (bytes > this.#maxOpenBytes) {
      const farthest = this.#farthest(atWork, now);
      if (farthest === undefined) return;
      const [target, { history }] = farthest;
      bytes -= openBytes(history);
      this.#open.delete(target);
      this.#pack(target, history);
    }
  }

  /** One that is overdue may never come again, the less likely the longer it is. */
  #farthest(atWork: string, now: number): readonly [string, Open] | undefined {
    const others = [...this.#open].filter(([target]) => target !== atWork);
    const away = ({ dueAt }: Open): number => Math.abs(dueAt - now);
    return others.reduce<readonly [string, Open] | undefined>(
      (far, each) => (far === undefined || away(each[1]) > away(far[1]) ? each : far),
      undefined,
    );
  }

  #pack(target: string, history: History): void {
    const packed = apart(brotliCompressSync(saveHistory(history), FAST));
    this.#packed.set(target, packed);
    this.#packedBytes += packed.length;
  }
}

export function openBytes({ epoch }: History): number {
  const functions = BYTES.function * (epoch?.functions.size ?? 0);
  const stacks = BYTES.stack * (epoch?.books.stacks.count ?? 0);
  return BYTES.history + functions + stacks;
}

/**
 * A copy in pages of its own, as V8 gives them to buffers that may be resized. What lives for long, if it lay
 * among the garbage of malloc, would keep that from being given back: of 1,000 histories of 564 kB 0.2 GiB.
 */
function apart(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const copy = new Uint8Array(new ArrayBuffer(length, { maxByteLength: length }));
  copy.set(bytes);
  return copy;
}

function unpacked(packed: Uint8Array | undefined): History | undefined {
  return packed && restoreHistory(brotliDecompressSync(packed));
}
