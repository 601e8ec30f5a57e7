import { messageOf } from '../runtime/message-of.ts';
import type { Labels } from './relabel.ts';
import type { Found } from './sources.ts';
import { MAX_FOUND } from './target-list.ts';

/** Of a list in several places, each of which may fail alone. */
export interface Part {
  readonly read: () => Promise<readonly Labels[]>;
  readonly isOf: (found: Labels) => boolean;
}

/** One after the other; where one of them cannot be had what is known of it stands, as in Prometheus. Rejects where they are too many. */
export async function readParts(parts: readonly Part[], known: readonly Labels[]): Promise<Found> {
  const found: Labels[] = [];
  const problems: string[] = [];
  for (const { read, isOf } of parts) {
    const each = await read().catch((error: unknown) => {
      problems.push(messageOf(error));
      return known.filter(isOf);
    });
    found.push(...each);
    if (found.length > MAX_FOUND) throw new Error(`more than ${MAX_FOUND} targets`);
  }
  return { found, problem: problems[0] };
}
