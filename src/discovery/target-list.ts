import { parse } from 'yaml';
import { z } from 'zod';
import type { Labels } from './relabel.ts';

/** A list larger than this is none of addresses. */
export const MAX_LIST_BYTES = 16 * 2 ** 20;
/** More are refused, so that a list that went wrong fills neither memory nor disk. */
export const MAX_FOUND = 20_000;

/** The lists of Prometheus's file and HTTP discovery: groups of addresses with the labels that they share. */
const listSchema = z.array(
  z.strictObject({
    targets: z.array(z.string().min(1).max(512)),
    labels: z.record(z.string(), z.string().max(1_024)).default({}),
  }),
);

/** The labels of each target in a list, its address as `__address__`; throws in words that show nothing of the text. */
export function readTargetList(text: string, format: 'json' | 'yaml'): readonly Labels[] {
  const parsed = listSchema.safeParse(valueOf(text, format));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    throw new Error(
      `no list of {targets, labels} as Prometheus reads it (at ${where === '' ? 'the top' : where})`,
    );
  }
  const found = parsed.data.flatMap(({ targets, labels }) =>
    targets.map((address) => ({ ...labels, __address__: address })),
  );
  if (found.length > MAX_FOUND) throw new Error(`more than ${MAX_FOUND} targets`);
  return found;
}

function valueOf(text: string, format: 'json' | 'yaml'): unknown {
  try {
    if (format === 'json') return JSON.parse(text);
    return text.trim() === '' ? [] : parse(text, { maxAliasCount: 100, schema: 'failsafe' });
  } catch {
    throw new Error(format === 'json' ? 'no JSON' : 'no YAML');
  }
}
