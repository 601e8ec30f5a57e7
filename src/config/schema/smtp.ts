import type { SmtpConfig, TlsConfig } from '../config.ts';
import type { Secret } from '../secret.ts';
import { hostPort, mailAddress } from './addresses.ts';
import type { HostPort } from './addresses.ts';
import { tlsSchema } from './http.ts';
import { flag, line, secret, secretFile } from './values.ts';

/** The keys of a mail server as an email has them; `global` has the same with `smtp_` before. */
export function smtpKeys(folder: string) {
  return {
    smarthost: hostPort({
      what: 'HOST:PORT of a mail server',
      write: 'one such as mail.example.com:587',
      missing: 'smtp_smarthost under global, or smarthost here, such as mail.example.com:587',
    }),
    from: mailAddress({
      what: 'a mail address',
      write: 'one such as heapwarden@example.com',
      missing: 'smtp_from under global, or from here, such as heapwarden@example.com',
    }),
    auth_username: line({ what: 'a user name', write: 'the name to log in with' }).optional(),
    auth_password: secret('the password').optional(),
    auth_password_file: secretFile(folder).optional(),
    require_tls: flag().default(true),
    tls_config: tlsSchema(folder).prefault({}),
  };
}

/** What `smtpKeys` read. */
export interface SmtpSettings {
  readonly smarthost: HostPort;
  readonly from: string;
  readonly auth_username?: string | undefined;
  readonly auth_password?: Secret | undefined;
  readonly auth_password_file?: Secret | undefined;
  readonly require_tls: boolean;
  readonly tls_config: TlsConfig;
}

export function smtpOf(keys: SmtpSettings): SmtpConfig {
  return {
    host: keys.smarthost.host,
    port: keys.smarthost.port,
    from: keys.from,
    username: keys.auth_username,
    password: keys.auth_password ?? keys.auth_password_file,
    requireTls: keys.require_tls,
    tls: keys.tls_config,
  };
}
