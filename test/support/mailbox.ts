import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/**
 * A self-signed certificate for mail.test and 127.0.0.1, made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj /CN=mail.test -addext subjectAltName=DNS:mail.test,DNS:localhost,IP:127.0.0.1`.
 */
export const MAIL_CERTIFICATE = join(import.meta.dirname, '../../../fixtures/tls-mail/cert.pem');
const KEY = join(import.meta.dirname, '../../../fixtures/tls-mail/key.pem');

export interface MailboxOptions {
  /** Whether STARTTLS is offered, as by default. */
  readonly startTls?: boolean;
  /** Required before a mail where given. */
  readonly login?: { readonly username: string; readonly password: string };
  /** The SMTP code to refuse a recipient with; `undefined` takes it. */
  readonly refuseRecipient?: (address: string) => number | undefined;
  /** The SMTP code to refuse a mail with once it was sent; `undefined` takes it. */
  readonly refuseMail?: (mail: ParsedMail) => number | undefined;
  /** Says nothing at all after it accepted the connection. */
  readonly silent?: boolean;
  /** The larger is refused with 552. */
  readonly maxBytes?: number;
}

export interface Mailbox {
  readonly port: number;
  /** What arrived and was taken, oldest first. */
  readonly mails: readonly ReceivedMail[];
  /** Connections so far. */
  connections(): number;
  close(): Promise<void>;
}

export interface ReceivedMail {
  readonly mail: ParsedMail;
  readonly to: readonly string[];
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

/** A real SMTP server on a free port of 127.0.0.1 that keeps what it takes. */
export async function openMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    ...(await tlsOf(options)),
    ...loginOf(options),
    disableReverseLookup: true,
    closeTimeout: 1,
    ...(options.maxBytes === undefined ? {} : { size: options.maxBytes, hideSize: true }),
    rejectOversized: true,
    onConnect: (_session, callback) => {
      connections += 1;
      if (options.silent !== true) callback();
    },
    onRcptTo: (address, _session, callback) => {
      callback(refusal(options.refuseRecipient?.(address.address)));
    },
    onData: (stream, session, reply) => {
      const take = async (): Promise<Error | null> => {
        const mail = await simpleParser(stream);
        const code = options.refuseMail?.(mail);
        if (code !== undefined || stream.sizeExceeded) return refusal(code);
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ mail, to, encrypted: session.secure, user: session.user });
        return null;
      };
      take().then(reply, reply);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function tlsOf({ startTls = true }: MailboxOptions): Promise<SMTPServerOptions> {
  if (!startTls) return { disabledCommands: ['STARTTLS'] };
  return { cert: await readFile(MAIL_CERTIFICATE), key: await readFile(KEY) };
}

function loginOf({ login }: MailboxOptions): SMTPServerOptions {
  if (login === undefined) return { authOptional: true };
  return {
    onAuth: ({ username, password }, _session, callback) => {
      const isRight = username === login.username && password === login.password;
      if (isRight) callback(null, { user: username });
      else callback(refusal(535, `Login refused for ${username} with ${password}`));
    },
  };
}

function refusal(code: number | undefined, message = 'Refused by the test'): Error | null {
  return code === undefined ? null : Object.assign(new Error(message), { responseCode: code });
}
