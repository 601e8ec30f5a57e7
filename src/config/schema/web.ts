import type { z } from 'zod';
import type { WebConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { listenAddress } from './addresses.ts';
import { block, optionalBlock, table } from './block.ts';
import { accept, refuse, scalar } from './scalar.ts';
import { file } from './values.ts';

/** Each step of the cost doubles the time of a login: at 15 it is seconds of the daemon's only thread. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

/** Where the page listens and who may look, as in the web configuration of Prometheus. */
export function webSchema(folder: string): z.ZodType<WebConfig> {
  const listen = {
    what: 'HOST:PORT',
    write: 'one such as 127.0.0.1:9899, or :9899 for all addresses',
  };
  return block({
    listen_address: listenAddress(listen).default({ host: '127.0.0.1', port: 9899 }),
    basic_auth_users: table(passwordHash(), 'users', wrongUser).default({}),
    tls_config: optionalBlock(block({ cert_file: file(folder), key_file: file(folder) })),
  }).transform(({ listen_address: address, basic_auth_users: users, tls_config: tls }) => ({
    ...address,
    basicAuthUsers: users,
    tls: tls && { certFile: tls.cert_file, keyFile: tls.key_file },
  }));
}

function passwordHash() {
  const words = {
    what: 'a bcrypt hash of cost 4 to 15',
    write: 'what "htpasswd -nBC 10 NAME" prints after the colon',
    secret: true,
  };
  return scalar(words, (text) =>
    BCRYPT.test(text) ? accept(Secret.of(text)) : refuse(`not ${words.what}`, words.write),
  );
}

function wrongUser(name: string): string | undefined {
  if (name !== '' && !/[:\p{Cc}]/u.test(name)) return undefined;
  return 'not a name to log in with; write one line without a colon';
}
