import type { z } from 'zod';
import { HASH, isBcryptHash, isUserName } from '../bcrypt.ts';
import type { WebConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { listenAddress } from './addresses.ts';
import { block, optionalBlock, table } from './block.ts';
import { oneOf } from './rules.ts';
import { accept, refuse, scalar } from './scalar.ts';
import { file, secretFile } from './values.ts';

/** Where the page listens and who may look, as in the web configuration of Prometheus. */
export function webSchema(folder: string): z.ZodType<WebConfig> {
  const listen = {
    what: 'HOST:PORT',
    write: 'one such as 127.0.0.1:9899, or :9899 for all addresses',
  };
  return block(
    {
      listen_address: listenAddress(listen).default({ host: '127.0.0.1', port: 9899 }),
      basic_auth_users: table(passwordHash(), 'users', wrongUser).optional(),
      basic_auth_users_file: secretFile(folder).optional(),
      tls_config: optionalBlock(block({ cert_file: file(folder), key_file: file(folder) })),
    },
    [oneOf('basic_auth_users', 'basic_auth_users_file')],
  ).transform((web) => ({
    ...web.listen_address,
    basicAuthUsers: web.basic_auth_users ?? {},
    basicAuthUsersFile: web.basic_auth_users_file,
    tls: web.tls_config && { certFile: web.tls_config.cert_file, keyFile: web.tls_config.key_file },
  }));
}

function passwordHash() {
  return scalar({ ...HASH, secret: true }, (text) =>
    isBcryptHash(text) ? accept(Secret.of(text)) : refuse(`not ${HASH.what}`, HASH.write),
  );
}

function wrongUser(name: string): string | undefined {
  if (isUserName(name)) return undefined;
  return 'not a name to log in with; write one line without a colon';
}
