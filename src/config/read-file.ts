import { createReadStream } from 'node:fs';
import { ConfigError } from './config-error.ts';
import { explain, formatProblems } from './problem.ts';

const MAX_BYTES = 2 ** 20;

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'no permission to read it'],
  ['EISDIR', 'a folder'],
]);

/** The text of a configuration file, of at most a mebibyte; `ConfigError` where there is none. */
export async function readConfigFile(path: string): Promise<string> {
  const bytes = await readBounded(path).catch((error: unknown) => {
    throw wholeFile(path, 'cannot be read', reasonOf(error), 'the path of a file that can be read');
  });
  if (bytes.length > MAX_BYTES) {
    throw wholeFile(path, 'too large', 'more than 1MiB', 'a smaller one');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wholeFile(path, 'not text', 'bytes that are no UTF-8', 'it in UTF-8');
  }
}

/** Why a file could not be read, in words: `no such file`. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  return REASONS.get(code) ?? `error ${code}`;
}

/** One byte past the bound at most, so that a device that never ends does no harm. */
export async function readBounded(path: string, maxBytes = MAX_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: maxBytes })) {
    if (chunk instanceof Buffer) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function wholeFile(
  path: string,
  ...[wrong, seen, write]: readonly [string, string, string]
): ConfigError {
  const problem = { at: { line: 1, col: 1 }, where: 'file', message: explain(wrong, seen, write) };
  return new ConfigError(formatProblems(path, [problem]));
}
