import { resolve } from 'node:path';
import type { z } from 'zod';
import type { Threshold } from '../config.ts';
import { Secret } from '../secret.ts';
import { formatBytes, formatDuration, parseDuration, parseShare, parseSize } from '../units.ts';
import { accept, parsed, refuse, scalar } from './scalar.ts';
import type { Read, Words } from './scalar.ts';

const DAY_MS = 86_400_000;
/** Node's timers wrap to nothing past 24.8 days. */
const LONGEST_TIMER_MS = 24 * DAY_MS;
const DURATION: Words = { what: 'a duration', write: 'one such as 30s, 5m or 1h30m' };
const SIZE: Words = { what: 'a size', write: 'one such as 64MiB, 500MB or 2GiB' };
const THRESHOLD: Words = {
  what: 'a size or a share of memory_limit',
  write: 'one such as 1536MiB or 75%',
};

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Milliseconds; at least 100ms unless said otherwise, since less is no waiting at all. */
export function duration(bounds: Partial<Range> = {}): z.ZodType<number> {
  const range = { min: 100, max: LONGEST_TIMER_MS, ...bounds };
  return scalar(DURATION, (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return refuse(`not ${DURATION.what}`, DURATION.write);
    if (ms < range.min) return refuse('too short', `at least ${formatDuration(range.min)}`);
    if (ms > range.max) return refuse('too long', `at most ${formatDuration(range.max)}`);
    return accept(ms);
  });
}

/** Bytes. */
export function size(min = 1): z.ZodType<number> {
  return scalar(SIZE, (text) => {
    const bytes = parseSize(text);
    return bytes === undefined ? refuse(`not ${SIZE.what}`, SIZE.write) : withinSize(bytes, min);
  });
}

function withinSize(bytes: number, min: number): Read<number> {
  const max = 2 ** 50;
  if (bytes < min) return refuse('too small', `at least ${formatBytes(min)}`);
  return bytes > max ? refuse('too large', `at most ${formatBytes(max)}`) : accept(bytes);
}

export function threshold(): z.ZodType<Threshold> {
  return scalar(THRESHOLD, (text): Read<Threshold> => {
    const share = parseShare(text);
    if (share !== undefined) return readShare(share);
    const bytes = parseSize(text);
    if (bytes === undefined) return refuse(`not ${THRESHOLD.what}`, THRESHOLD.write);
    const within = withinSize(bytes, 1);
    return within.kind === 'refused' ? within : accept({ kind: 'bytes', bytes });
  });
}

function readShare(share: number): Read<Threshold> {
  if (share <= 0) return refuse('no share at all', 'one above 0%, such as 75%');
  if (share > 1) return refuse('more than the whole limit', 'at most 100%');
  return accept({ kind: 'share', share });
}

export function whole({ min, max }: Range): z.ZodType<number> {
  const words = { what: 'a whole number', write: `one from ${min} to ${max}` };
  return scalar(words, (text) => {
    if (!/^\d{1,15}$/.test(text)) return refuse(`not ${words.what}`, words.write);
    const number = Number(text);
    if (number < min) return refuse('too few', `at least ${min}`);
    return number > max ? refuse('too many', `at most ${max}`) : accept(number);
  });
}

export function flag(): z.ZodType<boolean> {
  const words = { what: 'true or false', write: 'true or false' };
  return parsed(words, (text) => (text === 'true' ? true : text === 'false' ? false : undefined));
}

export function choice<const Name extends string>(names: readonly Name[]): z.ZodType<Name> {
  const words = { what: `one of ${names.join(', ')}`, write: `one of ${names.join(', ')}` };
  return parsed(words, (text) => names.find((name) => name === text));
}

/** Of what is a folder on disk and a part of a URL. */
export const FOLDER_NAME = /^(?!\.)[A-Za-z0-9._-]{1,128}$/;

/** `what` it is called in messages, and an example of it. */
export function folderName(what: string, example: string): z.ZodType<string> {
  const words = {
    what,
    write: 'up to 128 letters, digits, dots, dashes and underscores, not starting with a dot',
    missing: `a name such as ${example}`,
  };
  return parsed(words, (text) => (FOLDER_NAME.test(text) ? text : undefined));
}

/** Text of one line that is not empty. */
export function line(words: Words): z.ZodType<string> {
  return scalar(words, (text) => {
    if (text.trim() === '') return refuse('empty', words.write);
    return /\p{Cc}/u.test(text) ? refuse('more than one line', words.write) : accept(text);
  });
}

/** Text of any number of lines that is not empty. */
export function text(words: Words): z.ZodType<string> {
  return scalar(words, (given) =>
    given.trim() === '' ? refuse('empty', words.write) : accept(given),
  );
}

export function secret(what: string): z.ZodType<Secret> {
  const words = {
    what,
    write: `${what}, as text or as \${NAME} from the environment`,
    secret: true,
  };
  return scalar(words, (text) =>
    text === '' ? refuse('empty', words.write) : accept(Secret.of(text)),
  );
}

/** A secret that goes into a header as it is. */
export function secretLine(what: string): z.ZodType<Secret> {
  const words = { what, write: `${what}, one line of plain characters`, secret: true };
  return scalar(words, (text) =>
    isHeaderValue(text) && text !== ''
      ? accept(Secret.of(text))
      : refuse(`not ${what}`, words.write),
  );
}

/** What HTTP can carry: no line breaks, and nothing outside Latin-1 (RFC 9110, section 5.5). */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\xa0-\xff]*$/.test(text);
}

/** A path, taken from the folder of the configuration where it is relative. */
export function file(folder: string): z.ZodType<string> {
  const words = { what: 'a path', write: 'the path of a file' };
  return line(words).transform((path) => resolve(folder, path));
}

export function secretFile(folder: string): z.ZodType<Secret> {
  return file(folder).transform((path) => Secret.inFile(path));
}
