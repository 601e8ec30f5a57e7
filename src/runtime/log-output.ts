import { write, writeSync } from 'node:fs';

/** What waits at most, in characters: some thousands of lines. */
const MAX_WAITING = 2 ** 20;
const RETRY_MS = 100;
const AT_EXIT_MS = 1_000;

const NOTHING = Buffer.alloc(0);

/**
 * Where the lines of the log go. It neither blocks nor fails, whatever becomes of the other side: lines wait for a
 * disk that is full and for a reader that does not read, and those that do not fit are lost and counted.
 *
 * pino's own output (sonic-boom 4) does not do. Asynchronous, it waits for ever at the end of the process after any
 * error but EAGAIN; synchronous, it holds the event loop while a pipe is full; and with a bound on
 * what waits it never writes again once that was reached.
 */
export class LogOutput {
  readonly #fd: number;
  readonly #onLost: (lines: number) => void;
  readonly #write: typeof writeBytes;
  #waiting: string[] = [];
  #characters = 0;
  /** What is left of the lines that are written now. */
  #current: Buffer = NOTHING;
  #isInKernel = false;
  #isBusy = false;
  #isUsed = false;
  #lost = 0;

  /** `onLost` is told how many lines were lost, when there is room again. */
  constructor(fd: number, onLost: (lines: number) => void, write = writeBytes) {
    this.#fd = fd;
    this.#onLost = onLost;
    this.#write = write;
  }

  write(line: string): void {
    if (!this.#isUsed) process.once('exit', () => this.#finish());
    this.#isUsed = true;
    if (this.#characters + line.length > MAX_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#characters += line.length;
    if (!this.#isBusy) this.#writeOn();
  }

  #writeOn(): void {
    if (this.#current.length === 0) this.#current = this.#takeWaiting();
    this.#isBusy = this.#current.length > 0;
    if (!this.#isBusy) return;
    this.#isInKernel = true;
    this.#write(this.#fd, this.#current, (error, written) => {
      this.#isInKernel = false;
      if (error === null) this.#advance(written);
      // No reason for the process to live on.
      else setTimeout(() => this.#writeOn(), RETRY_MS).unref();
    });
  }

  #advance(written: number): void {
    this.#current = this.#current.subarray(written);
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#onLost(lost);
    this.#writeOn();
  }

  #takeWaiting(): Buffer {
    const taken = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#characters = 0;
    return taken;
  }

  /** The event loop is over; a reader that is only slow is waited for. */
  #finish(): void {
    const until = performance.now() + AT_EXIT_MS;
    const current = this.#isInKernel ? NOTHING : this.#current;
    let left = Buffer.concat([current, this.#takeWaiting()]);
    while (left.length > 0 && performance.now() < until) {
      const written = tryWriting(this.#fd, left);
      left = left.subarray(written ?? left.length);
    }
  }
}

function writeBytes(
  fd: number,
  bytes: Buffer,
  done: (error: Error | null, written: number) => void,
): void {
  write(fd, bytes, done);
}

/** How many bytes were taken; `undefined` where it is no use to try again. */
function tryWriting(fd: number, bytes: Buffer): number | undefined {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return 0;
  }
}
