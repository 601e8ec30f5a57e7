import { z } from 'zod';
import { nearest } from '../nearest.ts';
import { explain } from '../problem.ts';
import { BROKEN } from '../yaml/tree.ts';
import { TOLD, shape } from './scalar.ts';
import type { Fault } from './scalar.ts';

/** A mistake that takes several keys to see. */
export interface Finding {
  readonly key: string;
  readonly message: string;
  readonly fault?: Fault;
}

/** Looks at a block where some keys may have failed already; a value given is never `undefined`. */
export type Rule = (block: Readonly<Record<string, unknown>>) => Finding | undefined;

/** A map with exactly these keys, and what must hold between them. */
export function block<Shape extends z.core.$ZodShape>(keys: Shape, rules: readonly Rule[] = []) {
  const accepted = Object.keys(keys);
  return z
    .strictObject(keys, { error: (issue) => blockMessage(issue, accepted) })
    .superRefine((given, context) => checkRules(given, rules, context), { when: isMap });
}

/** A list of one kind of thing, called `what` in messages: `targets`. */
export function list<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, {
    error: ({ input }) => mistaken(input, 'a list', `a list of ${what}, a line with "- " for each`),
  });
}

/** A map whose keys the user chooses; `wrongKey` says what is wrong with one. */
export function table<Item extends z.ZodType>(
  item: Item,
  what: string,
  wrongKey: (key: string) => string | undefined,
) {
  return z
    .record(z.string(), item, {
      error: ({ input }) => mistaken(input, `a block of ${what}`, 'lines of NAME: VALUE'),
    })
    .superRefine(
      (given, context) => {
        for (const key of Object.keys(given)) {
          const message = wrongKey(key);
          if (message !== undefined) addFinding(context, { key, message, fault: 'key' });
        }
      },
      { when: isMap },
    );
}

/** A block that is as good as not written where it is empty: `basic_auth: {}`. */
export function optionalBlock<Block extends z.ZodType>(schema: Block) {
  return z.preprocess((given) => (isEmpty(given) ? undefined : given), schema.optional());
}

function isEmpty(given: unknown): boolean {
  return typeof given === 'object' && given !== null && Object.keys(given).length === 0;
}

function isMap({ value }: z.core.ParsePayload): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function blockMessage(issue: z.core.$ZodRawIssue, accepted: readonly string[]): string {
  if (issue.code !== 'unrecognized_keys') {
    return mistaken(
      issue.input,
      'a block of keys',
      `lines of KEY: VALUE with ${accepted.join(', ')}`,
    );
  }
  // One line a key, in the order of issue.keys, for relateIssue to take apart.
  return issue.keys.map((key) => unknownKey(key, accepted)).join('\n');
}

function unknownKey(key: string, accepted: readonly string[]): string {
  const meant = nearest(key, accepted);
  const list = accepted.join(', ');
  return meant === undefined
    ? `unknown key; write one of ${list}`
    : `unknown key, did you mean ${meant}? write one of ${list}`;
}

function mistaken(input: unknown, what: string, write: string): string {
  if (input === BROKEN) return TOLD;
  if (input === undefined) return `missing; write ${write}`;
  return explain(`not ${what}`, shape(input), write);
}

function checkRules(
  given: Readonly<Record<string, unknown>>,
  rules: readonly Rule[],
  context: z.core.$RefinementCtx,
): void {
  for (const rule of rules) {
    const finding = rule(given);
    if (finding !== undefined) addFinding(context, finding);
  }
}

function addFinding(context: z.core.$RefinementCtx, { key, message, fault }: Finding): void {
  context.addIssue({ code: 'custom', path: [key], message, params: { fault: fault ?? 'rule' } });
}
