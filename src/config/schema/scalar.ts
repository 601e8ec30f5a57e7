import { z } from 'zod';
import { explain } from '../problem.ts';
import { BROKEN } from '../yaml/tree.ts';

/** How to speak of one kind of value. */
export interface Words {
  /** With its article: `a duration`. */
  readonly what: string;
  /** What to write instead, after "write": `one such as 30s or 5m`. */
  readonly write: string;
  /** What to write where nothing is there, if that is not `write`. */
  readonly missing?: string;
  /** A secret is never quoted, however wrong it is. */
  readonly secret?: boolean;
}

/** What a text was found to mean, or why it was refused; `seen` where the text may not be quoted as it is. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | {
      readonly kind: 'refused';
      readonly wrong: string;
      readonly write: string;
      readonly seen?: string;
    };

/**
 * What sort of mistake an issue is, told along with it. `missing` and `rule` (several keys together) say
 * nothing of a part that is completed elsewhere, such as `target_defaults`; `key` is about the key itself.
 */
export type Fault = 'value' | 'missing' | 'rule' | 'key';

/** The message of a mistake that has been told where the value was read; zod wants one to be there. */
export const TOLD = 'told';

export function accept<T>(value: T): Read<T> {
  return { kind: 'value', value };
}

export function refuse(wrong: string, write: string, seen?: string): Read<never> {
  return { kind: 'refused', wrong, write, ...(seen === undefined ? {} : { seen }) };
}

/** The schema of one scalar. All of them are text in the tree; `read` finds the meaning. */
export function scalar<T>(words: Words, read: (text: string) => Read<T>): z.ZodType<T> {
  return z.unknown().transform((given, context): T => {
    const fail = (fault: Fault, message: string): never => {
      context.addIssue({ code: 'custom', message, params: { fault } });
      return z.NEVER;
    };
    if (given === BROKEN) return fail('value', TOLD);
    if (given === undefined)
      return fail('missing', `missing; write ${words.missing ?? words.write}`);
    if (typeof given !== 'string') {
      return fail('value', explain(`not ${words.what}`, shape(given), words.write));
    }
    const answer = read(given);
    if (answer.kind === 'value') return answer.value;
    const seen = words.secret === true ? 'a value not shown here' : (answer.seen ?? quote(given));
    return fail('value', explain(answer.wrong, seen, answer.write));
  });
}

/** For a text with only one way of being wrong: `parse` answers `undefined`. */
export function parsed<T>(words: Words, parse: (text: string) => T | undefined): z.ZodType<T> {
  return scalar(words, (text) => {
    const result = parse(text);
    return result === undefined ? refuse(`not ${words.what}`, words.write) : accept(result);
  });
}

/** What stands there, without its contents: it may be the wrong place for something secret. */
export function shape(given: unknown): string {
  if (Array.isArray(given)) return 'a list';
  return typeof given === 'string' ? 'a single value' : 'a block of keys';
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
