import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { serveLocally } from './local-server.ts';

const LeakAlert = z.object({
  status: z.string(),
  labels: z.record(z.string(), z.string()),
  leak: z.object({
    reason: z.string(),
    suspects: z
      .array(
        z.object({
          function: z.string(),
          file: z.string(),
          line: z.number(),
          inuseBytes: z.number(),
          growthBytesPerHour: z.number(),
        }),
      )
      .min(1),
    profiles: z
      .object({ before: z.string(), after: z.string() })
      .nullish()
      .transform((profiles) => profiles ?? undefined),
  }),
});

const Delivery = z.object({ version: z.literal('4'), alerts: z.array(LeakAlert) });

/** What the demo needs of an alert in a webhook's body. */
export type LeakAlert = z.infer<typeof LeakAlert>;

export interface WebhookReceiver {
  readonly url: string;
  /** All that came, oldest first, each with the file its delivery is saved in. */
  alerts(): readonly { readonly alert: LeakAlert; readonly file: string }[];
  stop(): Promise<void>;
}

/**
 * Saves each body as `0001.json` and so on in a folder, which it makes, and answers 204; what is no
 * webhook of Alertmanager's version 4 with a leak in it is saved too, and gets a 400 that says why.
 */
export async function receiveWebhooks(folder: string): Promise<WebhookReceiver> {
  await mkdir(folder, { recursive: true });
  const alerts: { alert: LeakAlert; file: string }[] = [];
  let received = 0;
  const receive = async (request: IncomingMessage): Promise<string | undefined> => {
    received += 1;
    const file = join(folder, `${String(received).padStart(4, '0')}.json`);
    const body = await text(request);
    await writeFile(file, body);
    const delivery = Delivery.safeParse(parseJson(body));
    if (!delivery.success) return z.prettifyError(delivery.error);
    alerts.push(...delivery.data.alerts.map((alert) => ({ alert, file })));
    return undefined;
  };
  const server = await serveLocally((request, response) => {
    receive(request).then(
      (problem) => response.writeHead(problem === undefined ? 204 : 400).end(problem),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return { url: `${server.url}/alerts`, alerts: () => alerts, stop: () => server.stop() };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
