import type { z } from 'zod';
import type { Acceptance } from '../config.ts';
import { block, list } from './block.ts';
import { parseMoment } from '../units.ts';
import { matcher } from './route.ts';
import { required } from './rules.ts';
import { parsed } from './scalar.ts';
import { line, size } from './values.ts';

/** Growth that is known and accepted, up to a budget. */
export function acceptedSchema(): z.ZodType<readonly Acceptance[] | undefined> {
  return list(acceptanceSchema(), 'accepted growths').optional();
}

function acceptanceSchema(): z.ZodType<Acceptance> {
  return block(
    {
      function: line({
        what: 'the name of a function',
        write: 'one as alerts have it, such as example.com/shop/cache.(*Cache).Put',
      }).optional(),
      matchers: list(matcher(), 'matchers').optional(),
      budget: size().optional(),
      budget_per_hour: size().optional(),
      until: moment().optional(),
      comment: line({ what: 'a comment', write: 'why it is accepted' }).optional(),
    },
    [
      required(['function', 'matchers'], 'the function, or matchers as in a route'),
      required(['budget', 'budget_per_hour'], 'how much may grow, such as 200MiB'),
    ],
  ).transform((given) => ({
    function: given.function,
    matchers: given.matchers ?? [],
    budgetBytes: given.budget,
    budgetBytesPerHour: given.budget_per_hour,
    until: given.until,
    comment: given.comment ?? '',
  }));
}

/** Unix milliseconds. */
function moment(): z.ZodType<number> {
  const words = { what: 'a date', write: 'one such as 2026-12-31 or 2026-12-31T18:00:00Z' };
  return parsed(words, parseMoment);
}
