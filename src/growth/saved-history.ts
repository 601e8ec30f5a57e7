import { z } from 'zod';
import { MAX_TURNS, type History } from './history.ts';
import { MAX_LIVES } from './lives.ts';
import { restoreEpoch, savedEpoch, saveEpoch } from './saved-epoch.ts';
import { restoreLife, savedLife, saveLife } from './saved-life.ts';
import { NumberWriter, openNumbers } from './saved-numbers.ts';

/** Changes with every change of the form or of what its numbers mean. */
const VERSION = 4;

const count = z.int().nonnegative();

const levels = z.array(z.tuple([z.string(), z.number()]));

const savedHistory = z.object({
  until: z.number(),
  profiles: count,
  fresh: count,
  epochs: count,
  turns: z.array(z.boolean()).max(MAX_TURNS).default([]),
  plateaus: levels,
  beside: levels.default([]),
  lives: z.array(savedLife).max(MAX_LIVES),
  epoch: savedEpoch.nullable(),
});

/** What a daemon keeps beside the profiles, so that a restart forgets nothing; it deflates to a fifth. */
export function saveHistory(history: History): Uint8Array {
  const { until, profiles, fresh, epochs, turns, epoch } = history;
  const numbers = new NumberWriter();
  return numbers.finish(VERSION, {
    until,
    profiles,
    fresh,
    epochs,
    turns,
    plateaus: [...history.plateaus],
    beside: [...history.beside],
    lives: history.lives.map(saveLife),
    epoch: epoch === undefined ? null : saveEpoch(epoch, numbers),
  });
}

/** `undefined` for what is not of this version, or damaged: then the history starts anew. */
export function restoreHistory(file: Uint8Array): History | undefined {
  const opened = openNumbers(VERSION, file);
  const { success, data: saved } = savedHistory.safeParse(opened?.head);
  if (opened === undefined || !success) return undefined;
  try {
    const { until, profiles, fresh, epochs, turns } = saved;
    const [plateaus, beside] = [new Map(saved.plateaus), new Map(saved.beside)];
    const epoch = saved.epoch === null ? undefined : restoreEpoch(saved.epoch, opened.numbers);
    opened.numbers.close();
    const lives = saved.lives.map(restoreLife);
    return { until, profiles, fresh, epochs, turns, plateaus, beside, lives, epoch };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
