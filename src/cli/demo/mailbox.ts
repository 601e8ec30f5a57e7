import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream } from 'smtp-server';
import { portOf } from './local-server.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Where it is saved, exactly as it came. */
  readonly file: string;
}

/** A mail server of this machine alone, which takes everything for everybody. */
export interface Mailbox {
  /** `host:port`, as `smtp_smarthost` wants it. */
  readonly address: string;
  mails(): readonly Mail[];
  stop(): Promise<void>;
}

/** Saves each mail as `0001.eml` and so on in a folder, which it makes. */
export async function openMailbox(folder: string): Promise<Mailbox> {
  await mkdir(folder, { recursive: true });
  const mails: Mail[] = [];
  let accepted = 0;
  const accept = async (stream: SMTPServerDataStream): Promise<void> => {
    accepted += 1;
    const file = join(folder, `${String(accepted).padStart(4, '0')}.eml`);
    const bytes = await buffer(stream);
    await writeFile(file, bytes);
    const { subject = '', text = '' } = await simpleParser(bytes);
    mails.push({ subject, text, file });
  };
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, reply) => {
      void accept(stream).then(() => reply(), reply);
    },
  });
  // A client that goes away in the middle is its own affair.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    address: `127.0.0.1:${portOf(listening.address())}`,
    mails: () => mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
