import { serve } from './http-server.ts';

export interface ServedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bytes: number;
}

export interface Served {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Service {
  readonly url: string;
  readonly requests: readonly ServedRequest[];
  close(): Promise<void>;
}

/** Of a picture, nothing but how many bytes it had. */
function bodyOf(raw: Buffer, type: string): Record<string, unknown> {
  const text = raw.toString('utf8');
  if (type.startsWith('image/')) return {};
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return JSON.parse(text) as Record<string, unknown>;
}

/** A service on 127.0.0.1 that takes JSON by POST and answers as its documentation says, by `answer`. */
export async function openService(answer: (request: ServedRequest) => Served): Promise<Service> {
  const requests: ServedRequest[] = [];
  const server = await serve((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const raw = Buffer.concat(chunks);
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://a');
      const request = {
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: bodyOf(raw, incoming.headers['content-type'] ?? ''),
        bytes: raw.length,
      };
      requests.push(request);
      const { status = 200, headers = {}, body } = answer(request);
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  return { ...server, requests };
}
