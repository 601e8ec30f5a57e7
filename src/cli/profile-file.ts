import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeProfile } from '../pprof/decode.ts';
import { subtract } from '../pprof/difference.ts';
import { encodeProfile } from '../pprof/encode.ts';
import { cutFunction } from '../pprof/function-name.ts';
import { ProfileError } from '../pprof/profile.ts';
import type { Profile } from '../pprof/profile.ts';
import { requireHeapProfile } from '../pprof/validate.ts';

/** What a command leaves: `output` is for stdout where `exitCode` is 0, else for stderr. */
export interface CommandResult {
  readonly exitCode: 0 | 1;
  readonly output: string;
}

/** A mistake of whoever calls the command, told in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs a command that looks at profiles; what the files are to blame for becomes exit code 1. */
export async function commandResult(run: () => Promise<string>): Promise<CommandResult> {
  try {
    return { exitCode: 0, output: await run() };
  } catch (error) {
    if (error instanceof CommandError) return { exitCode: 1, output: `${error.message}\n` };
    throw error;
  }
}

/** The profile in `file`, or where there is a `base`, what changed since. Throws a `CommandError`. */
export async function readProfileFile(file: string, base: string | undefined): Promise<Profile> {
  const profile = await readOne(file);
  return base === undefined ? profile : subtract(profile, await readOne(base));
}

/** So that `go tool pprof` opens it. Throws a `CommandError`; what is there already is not overwritten. */
export async function writeProfileFile(file: string, profile: Profile): Promise<void> {
  await writeFile(file, encodeProfile(profile), { flag: 'wx' }).catch((cause: unknown) => {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${file}: cannot be written: ${seen}; name a new file`, { cause });
  });
}

/** The bytes of a file that the command line names. Throws a `CommandError`. */
export async function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new CommandError(`${printable(file)}: ${unreadable(cause, file)}`, { cause });
  });
}

function unreadable(cause: unknown, file: string): string {
  const seen = cause instanceof Error ? cause.message : String(cause);
  const isFolder = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
  if (!isFolder) return `cannot be read: ${printable(seen)}`;
  return `a folder; give profiles in it, such as ${printable(join(file, '*.pb.gz'))}`;
}

async function readOne(file: string): Promise<Profile> {
  const bytes = await readBytes(file);
  try {
    const profile = decodeProfile(bytes);
    requireHeapProfile(profile);
    return profile;
  } catch (cause) {
    if (cause instanceof ProfileError)
      throw new CommandError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** For a command on a function that the file does not have. */
export function noneMatches(asked: {
  readonly file: string;
  readonly function: string;
}): CommandError {
  return new CommandError(
    `${asked.file}: no function matches ${asked.function}; heapwarden top ${asked.file} -n 0 names those there are`,
  );
}

/** Names in a profile are whatever the target says; a terminal must not act on them. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}|\p{Cf}/gu, '\u{fffd}');
}

/** The name of a function as it fits a line; those of generics may be of any length. */
export function printableFunction(name: string): string {
  return printable(cutFunction(name));
}

/** What a name is printed with: figures, quotes and the margins of JSON. */
const BESIDE_NAME = 80;
const MOST_PRINTED = 2 ** 27;

/** Throws a `CommandError` where a profile comes to more than is of use to anybody, or fits into a string. */
export function requirePrintable(names: Iterable<string>, file: string, instead: string): void {
  let length = 0;
  for (const name of names) {
    length += name.length + BESIDE_NAME;
    if (length > MOST_PRINTED) {
      throw new CommandError(`${file}: more than 128 MiB to print; ${instead}`);
    }
  }
}
