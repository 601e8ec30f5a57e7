import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';

/** What is written of targets, as it is told where it cannot be. */
const LOST = {
  profiles: 'profiles cannot be saved; they are judged all the same',
  readings: 'readings cannot be saved; a restart forgets them',
  histories: 'histories cannot be saved; the saved profiles rebuild them',
} as const;

export type Written = keyof typeof LOST;

/** Which kinds of writes the disk refused last: each until it takes one of the kind again, as a small one may fit where a large one does not. */
export class RefusedWrites {
  readonly #log: Log;
  readonly #problems = new Map<Written, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Settles as the write does. */
  async watch<Saved>(what: Written, write: Promise<Saved>): Promise<Saved> {
    try {
      const saved = await write;
      if (this.#problems.delete(what)) this.#log.info(`${what} are saved again`);
      return saved;
    } catch (error) {
      if (!this.#problems.has(what)) this.#log.warn(LOST[what], { error: messageOf(error) });
      this.#problems.set(what, messageOf(error));
      throw error;
    }
  }

  /** In words; `undefined` where the disk took the last write of each kind. */
  trouble(): string | undefined {
    const problems = [...this.#problems].map(([what, problem]) => `${LOST[what]}: ${problem}`);
    return problems.length === 0 ? undefined : problems.join('; ');
  }
}
