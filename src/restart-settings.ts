import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import type { Secret } from './config/secret.ts';

/** What is built once, at the start. */
export type StartedWith = Pick<Config, 'web' | 'storage' | 'externalUrl'>;

/** The settings that a reload changes for nobody, as they are written: where they differ from what was started with. */
export function settingsForRestart(
  { web, storage, externalUrl }: StartedWith,
  started: StartedWith,
): readonly string[] {
  const same: Readonly<Record<string, boolean>> = {
    'global.external_url': externalUrl === started.externalUrl,
    'web.listen_address': web.host === started.web.host && web.port === started.web.port,
    'web.basic_auth_users': areSameUsers(web.basicAuthUsers, started.web.basicAuthUsers),
    'web.basic_auth_users_file': isSameSecret(
      web.basicAuthUsersFile,
      started.web.basicAuthUsersFile,
    ),
    'web.tls_config': isDeepStrictEqual(web.tls, started.web.tls),
    'storage.path': storage.path === started.storage.path,
    'storage.profiles_per_target': storage.profilesPerTarget === started.storage.profilesPerTarget,
    'storage.max_size': storage.maxBytes === started.storage.maxBytes,
  };
  return Object.keys(same).filter((setting) => same[setting] === false);
}

function areSameUsers(
  users: Config['web']['basicAuthUsers'],
  others: Config['web']['basicAuthUsers'],
): boolean {
  const names = Object.keys(users);
  return (
    names.length === Object.keys(others).length &&
    names.every((name) => isSameSecret(users[name], others[name]))
  );
}

function isSameSecret(secret: Secret | undefined, other: Secret | undefined): boolean {
  return secret === undefined ? other === undefined : secret.isSameAs(other);
}
