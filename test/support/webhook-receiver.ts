import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the receiver does with the next request: answer, never answer, or break off. */
export type Behaviour =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | 'hang'
  | 'break_off'
  /** Takes it, and then breaks off as though it had not. */
  | 'lie';

export interface ReceivedRequest {
  readonly headers: IncomingMessage['headers'];
  readonly raw: string;
  readonly signature: 'none' | 'right' | 'wrong';
  readonly idempotencyKey: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** Everything that came, also what was not answered with a 2xx. */
  readonly requests: readonly ReceivedRequest[];
  /** What was taken, each idempotency key once. */
  readonly taken: ReadonlyMap<string, ReceivedRequest>;
  /** For the next requests, in this order; then 200. */
  readonly behaviours: Behaviour[];
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1 that checks signatures and honours idempotency keys. */
export async function openWebhookReceiver(secret?: string): Promise<WebhookReceiver> {
  const requests: ReceivedRequest[] = [];
  const taken = new Map<string, ReceivedRequest>();
  const behaviours: Behaviour[] = [];
  const server = createServer((request, response) => {
    void read(request, secret).then((received) => {
      requests.push(received);
      const behaviour = behaviours.shift() ?? { status: 200 };
      if (isTaken(behaviour)) taken.set(received.idempotencyKey, received);
      answer(response, behaviour);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/leaks`,
    requests,
    taken,
    behaviours,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function isTaken(behaviour: Behaviour): boolean {
  if (typeof behaviour === 'string') return behaviour === 'lie';
  return behaviour.status >= 200 && behaviour.status < 300;
}

function answer(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === 'hang') return;
  if (typeof behaviour === 'string') {
    response.destroy();
    return;
  }
  response.writeHead(behaviour.status, behaviour.headers ?? {});
  response.end(behaviour.body ?? '');
}

async function read(request: IncomingMessage, secret?: string): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const body = Buffer.concat(chunks);
  return {
    headers: request.headers,
    raw: body.toString('utf8'),
    signature: check(request.headers['x-heapwarden-signature'], body, secret),
    idempotencyKey: String(request.headers['idempotency-key']),
  };
}

function check(
  header: string | string[] | undefined,
  body: Buffer,
  secret: string | undefined,
): ReceivedRequest['signature'] {
  if (header === undefined) return 'none';
  const expected = `sha256=${createHmac('sha256', secret ?? '')
    .update(body)
    .digest('hex')}`;
  const given = Buffer.from(String(header));
  const isRight = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
  return isRight ? 'right' : 'wrong';
}
