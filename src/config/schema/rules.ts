import { explain } from '../problem.ts';
import { formatDuration } from '../units.ts';
import type { Rule } from './block.ts';

/** A secret is given once, as it is or as a file. */
export function oneOf(key: string, twin: string): Rule {
  return (block) =>
    isGiven(block, key) && isGiven(block, twin)
      ? { key: twin, message: `given beside ${key}, seen both; keep one of them` }
      : undefined;
}

/** `key` makes no sense without one of `others`, which are called `lacking`. */
export function needs(key: string, others: readonly string[], lacking: string): Rule {
  return (block) =>
    isGiven(block, key) && !others.some((other) => isGiven(block, other))
      ? { key, message: `given alone, seen no ${lacking} beside it; write the ${lacking} too` }
      : undefined;
}

/** One of `keys` must be there. */
export function required(keys: readonly string[], write: string): Rule {
  return (block) =>
    keys.some((key) => isGiven(block, key))
      ? undefined
      : { key: keys[0] ?? '', message: `missing; write ${write}`, fault: 'missing' };
}

type Format = (value: number) => string;

/** `key` is no smaller than `other`, where both are good in themselves. */
export function atLeast(key: string, other: string, format: Format): Rule {
  return (block) => {
    const [value, bound] = [block[key], block[other]];
    if (typeof value !== 'number' || typeof bound !== 'number' || value >= bound) return undefined;
    const seen = `${format(value)} with ${other} ${format(bound)}`;
    return { key, message: explain(`less than ${other}`, seen, `at least ${format(bound)}`) };
  };
}

/** A timeout ends before the next turn; one of `allowed` milliseconds is good whatever the interval. */
export function timeoutWithin(interval: string, allowed: number): Rule {
  return (block) => {
    const [value, every] = [block['timeout'], block[interval]];
    if (typeof value !== 'number' || typeof every !== 'number') return undefined;
    const bound = Math.max(every, allowed);
    if (value <= bound) return undefined;
    const seen = `${formatDuration(value)} with ${interval} ${formatDuration(every)}`;
    const message = explain(`longer than ${interval}`, seen, `at most ${formatDuration(bound)}`);
    return { key: 'timeout', message };
  };
}

function isGiven(block: Readonly<Record<string, unknown>>, key: string): boolean {
  return block[key] !== undefined;
}
