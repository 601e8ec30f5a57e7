import type { Matcher } from './config.ts';

/**
 * Reads one matcher of a route, `team = payments`, `severity =~ "warning|critical"`. The value may stand
 * in double quotes, with `\"`, `\\` and `\n` inside; without them it goes to the end. Answers with the
 * mistake where there is one.
 */
export function parseMatcher(text: string): Matcher | MatcherMistake {
  const [, label, operator, written] = MATCHER.exec(text) ?? [];
  if (label === undefined || operator === undefined || written === undefined) return NOT_A_MATCHER;
  const value = unquote(written);
  if (value === undefined) return NOT_CLOSED;
  if (written === '') return NO_VALUE;
  const matcher: Matcher = { label, operator: nameOf(operator), value };
  return isRegex(matcher) && !compiles(value) ? BAD_REGEX : matcher;
}

export interface MatcherMistake {
  readonly wrong: string;
  readonly write: string;
}

/** A regular expression of a matcher holds for the whole value, as in Prometheus. */
export function anchored(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 's');
}

const MATCHER = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)(?![=~])\s*(.*?)\s*$/s;

const NOT_A_MATCHER: MatcherMistake = {
  wrong: 'not a matcher',
  write: 'a label, one of = != =~ !~ and a value, such as team = payments',
};
const NOT_CLOSED: MatcherMistake = {
  wrong: 'a quote in the wrong place',
  write: 'the whole value in double quotes, with \\" for a quote inside',
};
const NO_VALUE: MatcherMistake = {
  wrong: 'a matcher without a value',
  write: 'the value, or "" for a label that is empty or not there',
};
const BAD_REGEX: MatcherMistake = {
  wrong: 'not a regular expression',
  write: 'one that JavaScript reads, such as warning|critical',
};

function unquote(written: string): string | undefined {
  if (!written.includes('"')) return written;
  const [, inside] = /^"((?:[^"\\]|\\.)*)"$/s.exec(written) ?? [];
  return inside?.replaceAll(/\\(.)/gs, (escape, char: string) => {
    if (char === 'n') return '\n';
    return char === '"' || char === '\\' ? char : escape;
  });
}

function nameOf(operator: string): Matcher['operator'] {
  return operator === '=~' || operator === '!~' || operator === '!=' ? operator : '=';
}

function isRegex({ operator }: Matcher): boolean {
  return operator === '=~' || operator === '!~';
}

function compiles(pattern: string): boolean {
  try {
    // Alone first: `a)|(b` would compile once it is wrapped.
    return [new RegExp(pattern), anchored(pattern)].length > 0;
  } catch {
    return false;
  }
}
