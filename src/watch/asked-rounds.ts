import { Stop, type StopSignal } from '../runtime/stop-signal.ts';
import { outcomeOf, type Watched } from './watched.ts';
import type { Deed, Done } from '../web/status.ts';

interface Asked {
  readonly deed: Deed;
  readonly resolve: (done: Done) => void;
}

interface AskedRound {
  readonly captures: boolean;
  readonly answer: (watched: Watched) => void;
}

const NOTHING_ASKED: AskedRound = { captures: false, answer: () => undefined };

const ENDING: Done = {
  ok: false,
  problem: 'the target is being reloaded or is watched no more; ask again',
};

/** Rounds of one target's loop that people ask for before they are due. */
export class AskedRounds {
  #wake = new Stop();
  #isClosed = false;
  #asked: readonly Asked[] = [];

  /** Aborts when a round is asked for, and when this is closed; another one after the next `take`. */
  get signal(): StopSignal {
    return this.#wake;
  }

  ask(deed: Deed): Promise<Done> {
    if (this.#isClosed) return Promise.resolve(ENDING);
    return new Promise((resolve) => {
      this.#asked = [...this.#asked, { deed, resolve }];
      this.#wake.abort();
    });
  }

  /** What the round that begins now is asked for, and how to answer when it is over. */
  take(): AskedRound {
    const asked = this.#takeAll();
    if (this.#wake.aborted && !this.#isClosed) this.#wake = new Stop();
    if (asked.length === 0) return NOTHING_ASKED;
    return {
      captures: asked.some(({ deed }) => deed === 'capture'),
      answer: (watched) => {
        for (const { deed, resolve } of asked) resolve(outcomeOf(deed, watched));
      },
    };
  }

  /** Wakes the loop for its end. */
  close(): void {
    this.#isClosed = true;
    this.#wake.abort();
  }

  /** To be called when the loop has ended: nobody is left without an answer. */
  refuseAll(): void {
    for (const { resolve } of this.#takeAll()) resolve(ENDING);
  }

  #takeAll(): readonly Asked[] {
    const asked = this.#asked;
    if (asked.length > 0) this.#asked = [];
    return asked;
  }
}
