import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { serve, serveRaw } from './http-server.ts';

/** Something that was taken, each key once: what a receiver that honours keys has. */
export interface Taken {
  readonly key: string;
  /** What is said, without what differs between two deliveries of the same. */
  readonly text: string;
}

export interface UnreliableReceiver {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** In the order in which each key came first. */
  readonly taken: readonly Taken[];
  /** Keys that came again, and those that came again with another text. */
  readonly again: () => number;
  readonly changed: () => readonly string[];
  /** From now on it takes everything and says so; what hangs is broken off. */
  behave(): void;
  close(): Promise<void>;
}

export interface Chance {
  /** From 0 to 1. */
  readonly roll: () => number;
  /** Something was taken, whatever is then answered. */
  readonly onTaken: () => void;
}

class Ledger {
  readonly taken: Taken[] = [];
  readonly changed: string[] = [];
  again = 0;
  readonly #texts = new Map<string, string>();

  take(key: string, text: string): void {
    const known = this.#texts.get(key);
    if (known === undefined) {
      this.#texts.set(key, text);
      this.taken.push({ key, text });
      return;
    }
    this.again += 1;
    if (known !== text) this.changed.push(`${known}\n${text}`);
  }
}

interface Manners {
  readonly hanging: ReadonlySet<{ destroy(): unknown }>;
  readonly behave: () => void;
}

function receiverOf(
  { url, close }: { readonly url: string; readonly close: () => Promise<void> },
  ledger: Ledger,
  { hanging, behave }: Manners,
): UnreliableReceiver {
  return {
    url,
    taken: ledger.taken,
    again: () => ledger.again,
    changed: () => ledger.changed,
    behave: () => {
      behave();
      for (const each of hanging) each.destroy();
    },
    close,
  };
}

/** Answers as it should only now and then; often it takes a request and says that it did not. */
export async function openUnreliableWebhook({
  roll,
  onTaken,
}: Chance): Promise<UnreliableReceiver> {
  const ledger = new Ledger();
  const hanging = new Set<ServerResponse>();
  let behaves = false;
  const misbehave = (response: ServerResponse, take: () => void): void => {
    const fate = roll();
    if (fate < 0.5 || (fate >= 0.62 && fate < 0.8)) take();
    if (fate < 0.5) response.writeHead(200).end('ok');
    else if (fate < 0.56) response.writeHead(503, { 'retry-after': '1' }).end('not now');
    else if (fate < 0.62) response.writeHead(429).end('too many');
    else if (fate < 0.72) response.writeHead(500).end('taken, and then this');
    else if (fate < 0.8) response.destroy();
    else if (fate < 0.9) response.destroy();
    else hanging.add(response);
  };
  const server = await serve((request, response) => {
    void bodyOf(request).then((body) => {
      const take = (): void => {
        ledger.take(String(request.headers['idempotency-key']), body);
        onTaken();
      };
      if (!behaves) return misbehave(response, take);
      take();
      return void response.writeHead(200).end('ok');
    });
  });
  const behave = (): void => void (behaves = true);
  return receiverOf(server, ledger, { hanging, behave });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  } catch {
    // The daemon was killed while it sent: what came is no request.
    return new Promise(() => undefined);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The same by SMTP (RFC 5321), as much of it as a mail takes; its key is the Message-ID. */
export async function openUnreliableMailbox(chance: Chance): Promise<UnreliableReceiver> {
  const ledger = new Ledger();
  const hanging = new Set<Socket>();
  let behaves = false;
  const roll = (): number => (behaves ? 0 : chance.roll());
  const server = await serveRaw((socket) => {
    const fate = roll();
    if (fate > 0.95) return void hanging.add(socket);
    if (fate > 0.9) return void socket.end('421 mail.test busy\r\n');
    const say = (line: string): void => void (socket.writable && socket.write(`${line}\r\n`));
    say('220 mail.test ESMTP');
    let mail: string[] | undefined;
    const ended = (text: string): void => {
      const end = roll();
      if (end > 0.9) return say('451 not now');
      if (end > 0.8) return void socket.destroy();
      ledger.take(messageIdOf(text), subjectOf(text));
      chance.onTaken();
      if (end > 0.7) return void socket.destroy();
      if (end > 0.6) return say('451 taken, and then this');
      return say('250 taken');
    };
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.on('line', (line) => {
      if (mail !== undefined) {
        if (line !== '.') return void mail.push(line);
        const text = mail.join('\n');
        mail = undefined;
        return ended(text);
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') {
        mail = [];
        return say('354 go on');
      }
      if (verb === 'RCPT' && roll() > 0.93) return say('450 not now');
      return say(verb === 'QUIT' ? '221 bye' : '250 mail.test');
    });
  });
  const behave = (): void => void (behaves = true);
  return receiverOf(server, ledger, { hanging, behave });
}

function messageIdOf(mail: string): string {
  return /^Message-ID: <([^@>]+)@/im.exec(mail)?.[1] ?? 'none';
}

function subjectOf(mail: string): string {
  return /^Subject: (.*(?:\n[ \t].*)*)/im.exec(mail)?.[1]?.replaceAll(/\s+/g, ' ') ?? 'none';
}
