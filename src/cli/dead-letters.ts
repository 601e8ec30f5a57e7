import { z } from 'zod';
import type { DaemonClient } from './daemon-client.ts';
import { isoTime } from './iso-time.ts';
import { DONE, printable } from './silence.ts';

const LETTERS = z.object({
  deadLetters: z.array(
    z.object({
      id: z.string(),
      receiver: z.string(),
      channel: z.string(),
      cause: z.string(),
      createdAt: z.number(),
      lastAnswer: z.string().optional(),
      incident: z.object({ id: z.string(), scope: z.string(), function: z.string() }),
    }),
  ),
});

type Letter = z.infer<typeof LETTERS>['deadLetters'][number];

export async function listDeadLetters(client: DaemonClient, json: boolean): Promise<string> {
  const letters = await read(client);
  if (json) return JSON.stringify(letters, undefined, 2);
  return letters.length === 0 ? 'no dead letters' : letters.map(lineOf).join('\n');
}

/** The ones named, or all; the oldest first, so that they come in the order they were said. */
export async function resendDeadLetters(
  client: DaemonClient,
  ids: readonly string[],
  all: boolean,
): Promise<string> {
  const wanted = all ? (await read(client)).toReversed().map(({ id }) => id) : ids;
  const lines: string[] = [];
  for (const id of wanted) {
    const path = `dead-letters/${encodeURIComponent(id)}/resend`;
    await client.ask({ method: 'POST', path }, DONE);
    lines.push(`${id} will be sent again`);
  }
  return lines.length === 0 ? 'no dead letters' : lines.join('\n');
}

async function read(client: DaemonClient): Promise<readonly Letter[]> {
  return (await client.ask({ method: 'GET', path: 'dead-letters' }, LETTERS)).deadLetters;
}

function lineOf({ id, receiver, channel, cause, createdAt, lastAnswer, incident }: Letter): string {
  const what = `${cause} of ${incident.scope}: ${incident.function}`;
  const at = isoTime(createdAt);
  return printable([id, at, `${receiver}/${channel}`, what, lastAnswer ?? ''].join('  ').trimEnd());
}
