import type { ConnectionOptions } from 'node:tls';
import {
  createTransport,
  type SMTPPoolOptions,
  type SMTPPoolSentMessageInfo,
  type Transporter,
} from 'nodemailer';
import type { EmailConfig, SmtpConfig } from '../../config/config.ts';
import { readPem, readSecret } from '../../target/read-secret.ts';

const SMTPS_PORT = 465;

export interface Smtp {
  readonly transport: Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>;
  /** What must not be quoted. */
  readonly secrets: readonly string[];
}

/** A mail server, and which of its keys are not those of `global`. */
type Access = Pick<EmailConfig, 'smtp' | 'ownSmtpKeys'>;

/**
 * A connection that is kept open between mails. Rejects where a file it needs cannot be read. The
 * password and the certificates are those of now: whoever sees them refused opens another.
 */
export async function openSmtp({ smtp, ownSmtpKeys = [] }: Access): Promise<Smtp> {
  const nameOf = (key: string) => (ownSmtpKeys.includes(key) ? key : `smtp_${key}`);
  const password = smtp.password && (await readSecret(smtp.password, nameOf('auth_password_file')));
  const transport = createTransport(
    {
      pool: true,
      host: smtp.host,
      port: smtp.port,
      secure: smtp.port === SMTPS_PORT,
      requireTLS: smtp.requireTls,
      ...(smtp.username === undefined
        ? {}
        : { auth: { user: smtp.username, pass: password ?? '' } }),
      tls: await tlsOptions(smtp, nameOf),
      maxConnections: 1,
      // Delivery counts and spaces the attempts; one made in secret could be told twice.
      maxRequeues: 0,
      idleTimeout: 60_000,
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      dnsTimeout: 15_000,
      socketTimeout: 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: smtp.from },
  );
  return { transport, secrets: secretsOf(smtp.username, password) };
}

async function tlsOptions(
  { tls, port, requireTls }: SmtpConfig,
  nameOf: (key: string) => string,
): Promise<ConnectionOptions> {
  const read = (path: string | undefined, key: string) =>
    path === undefined ? undefined : readPem(path, nameOf(`tls_config.${key}`));
  const [ca, cert, key] = await Promise.all([
    read(tls.caFile, 'ca_file'),
    read(tls.certFile, 'cert_file'),
    read(tls.keyFile, 'key_file'),
  ]);
  // Where encryption is a bonus and not required, an unknown certificate is better than none.
  const isBonus = !requireTls && port !== SMTPS_PORT;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: !tls.insecureSkipVerify && !isBonus,
    minVersion: 'TLSv1.2',
  };
}

/** A server may quote what it was sent, so the password in each form in which a login sends it. */
function secretsOf(username: string | undefined, password: string | undefined): readonly string[] {
  if (password === undefined) return [];
  return [password, Buffer.from(`\0${username ?? ''}\0${password}`).toString('base64')];
}
