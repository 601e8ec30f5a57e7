import { HASH, isBcryptHash, isUserName } from './bcrypt.ts';
import { ConfigError } from './config-error.ts';
import type { WebConfig } from './config.ts';
import { explain } from './problem.ts';
import { reasonOf } from './read-file.ts';

/** Names with the bcrypt hash of the password. */
export type Users = Readonly<Record<string, string>>;

/** Who may look, by the configuration or by the file that it names; `ConfigError` where that is not one of users. */
export async function readUsers({ basicAuthUsers, basicAuthUsersFile }: WebConfig): Promise<Users> {
  if (basicAuthUsersFile !== undefined) {
    const text = await basicAuthUsersFile.read().catch((error: unknown) => {
      const seen = `${reasonOf(error)}${pathIn(error)}`;
      throw wrong(explain('cannot be read', seen, 'the path of a file that can be read'));
    });
    return parseUsers(text);
  }
  const users = Object.entries(basicAuthUsers);
  return Object.fromEntries(
    await Promise.all(users.map(async ([name, hash]) => [name, await hash.read()] as const)),
  );
}

/**
 * The lines that `htpasswd -B` writes, `NAME:HASH`; empty ones and those that begin with `#` say nothing.
 * A file that names nobody is refused: it would open the page to all.
 */
export function parseUsers(text: string): Users {
  const told = text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'));
  if (told.length === 0) throw wrong(explain('names nobody', 'no line NAME:HASH', 'at least one'));
  return Object.fromEntries(
    told.map(({ line, number }) => {
      const colon = line.indexOf(':');
      const [name, hash] = [line.slice(0, colon), line.slice(colon + 1)];
      if (colon < 0 || !isUserName(name) || !isBcryptHash(hash)) {
        const message = `not NAME:HASH with ${HASH.what}`;
        throw wrong(
          `line ${number}: ${explain(message, 'a value not shown here', 'what "htpasswd -nBC 10 NAME" prints')}`,
        );
      }
      return [name, hash];
    }),
  );
}

/** Where the file was looked for: a relative path starts from the folder of the configuration. */
function pathIn(error: unknown): string {
  return error instanceof Error && 'path' in error ? ` at ${String(error.path)}` : '';
}

function wrong(message: string): ConfigError {
  return new ConfigError([`web.basic_auth_users_file: ${message}`]);
}
