import { parse } from 'yaml';
import { z } from 'zod';
import { formatBytes } from '../config/units.ts';
import type { Labels } from './relabel.ts';

/** A list larger than this is none of addresses. */
export const MAX_LIST_BYTES = 16 * 2 ** 20;
/** More are refused, so that a list that went wrong fills neither memory nor disk. */
export const MAX_FOUND = 20_000;
/** Each target has the labels of its group for itself, so that a small list can be more than memory holds. */
const MAX_WRITTEN_OUT = 64 * 2 ** 20;
/** What a label takes beside its letters. */
const OF_EACH_LABEL = 16;

/** The lists of Prometheus's file and HTTP discovery: groups of addresses with the labels that they share. */
const listSchema = unlessNothing(
  z.array(
    z.strictObject({
      targets: unlessNothing(z.array(z.string()).default([])),
      labels: unlessNothing(z.record(z.string(), z.string()).default({})),
    }),
  ),
);

/** Go writes a slice or a map that is nil as null, which Prometheus reads as an empty one. */
function unlessNothing<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((given) => (isNothing(given) ? undefined : given), schema);
}

function isNothing(given: unknown): boolean {
  return given === null || (typeof given === 'string' && /^(|~|null)$/i.test(given));
}

type Group = z.output<typeof listSchema>[number];

export type ListFormat = 'json' | 'yaml';

/** The labels of each target in a list, its address as `__address__`; throws in words that show nothing of the text. */
export function readTargetList(text: string, format: ListFormat): readonly Labels[] {
  const value = valueOf(text, format);
  const parsed = listSchema.safeParse(isNothing(value) ? [] : value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    throw new Error(
      `no list of {targets, labels} as Prometheus reads it (at ${where === '' ? 'the top' : where})`,
    );
  }
  checkSize(parsed.data);
  return parsed.data.flatMap(({ targets, labels }) =>
    targets.map((address) => ({ ...labels, __address__: address })),
  );
}

function checkSize(groups: readonly Group[]): void {
  const found = groups.reduce((sum, { targets }) => sum + targets.length, 0);
  if (found > MAX_FOUND) throw new Error(`more than ${MAX_FOUND} targets`);
  const size = groups.reduce(
    (sum, { targets, labels }) => sum + targets.join('').length + targets.length * sizeOf(labels),
    0,
  );
  checkWrittenOut(size);
}

export function checkWrittenOut(size: number): void {
  if (size > MAX_WRITTEN_OUT) {
    throw new Error(`more than ${formatBytes(MAX_WRITTEN_OUT)} with the labels of each target`);
  }
}

/** About as many bytes as the labels take. */
export function sizeOf(labels: Labels): number {
  return Object.entries(labels).reduce(
    (sum, [name, value]) => sum + name.length + value.length + OF_EACH_LABEL,
    0,
  );
}

function valueOf(text: string, format: ListFormat): unknown {
  try {
    return format === 'json'
      ? JSON.parse(text)
      : parse(text, { maxAliasCount: 100, schema: 'failsafe', logLevel: 'error' });
  } catch {
    throw new Error(format === 'json' ? 'no JSON' : 'no YAML');
  }
}
