import { z } from 'zod';
import type { Life } from './lives.ts';

const amount = z.number();

/** Of each function: name, then earlier and later: bytes, milliseconds and samples; variance of the later. */
export const savedLife = z.object({
  profiles: z.int().nonnegative(),
  functions: z.array(z.tuple([z.string(), amount, amount, amount, amount, amount, amount, amount])),
});

type SavedLife = z.infer<typeof savedLife>;

export function saveLife({ profiles, functions }: Life): SavedLife {
  return {
    profiles,
    functions: [...functions].map(([name, each]) => [
      name,
      each.earlierBytes,
      each.earlierMs,
      each.earlierSamples,
      each.laterBytes,
      each.laterMs,
      each.laterSamples,
      each.laterVariance,
    ]),
  };
}

export function restoreLife({ profiles, functions }: SavedLife): Life {
  return {
    profiles,
    functions: new Map(
      functions.map(([name, earlierBytes, earlierMs, earlierSamples, ...later]) => {
        const [laterBytes, laterMs, laterSamples, laterVariance] = later;
        const halves = { earlierBytes, earlierMs, earlierSamples, laterBytes, laterMs };
        return [name, { ...halves, laterSamples, laterVariance }];
      }),
    ),
  };
}
