import { z } from 'zod';
import type { DaemonClient } from './daemon-client.ts';
import { isoTime } from './iso-time.ts';

/** How long, or until when, by whom and why. */
export interface Term {
  readonly duration?: string;
  readonly until?: string;
  /** Absent where the daemon has to know it by the login. */
  readonly by?: string;
  readonly comment: string;
}

const SILENCE = z.object({
  id: z.string(),
  matchers: z.array(z.object({ label: z.string(), operator: z.string(), value: z.string() })),
  startsAt: z.number(),
  endsAt: z.number(),
  createdBy: z.string(),
  comment: z.string(),
  state: z.string(),
  /** Absent where it has ended, and of an older daemon. */
  holdsFor: z.object({ words: z.string() }).optional(),
});
const SILENCES = z.object({ silences: z.array(SILENCE) });
/** Where what was asked for is all there is to know. */
export const DONE = z.looseObject({});
const ACKNOWLEDGED = z.object({ incident: z.string(), endsAt: z.number(), by: z.string() });
const TELLINGS = z.object({
  tellings: z.array(
    z.object({ receiver: z.string(), channel: z.string(), stands: z.boolean().optional() }),
  ),
});

type Silence = z.infer<typeof SILENCE>;

export async function addSilence(
  client: DaemonClient,
  matchers: readonly string[],
  { by, ...term }: Term,
): Promise<string> {
  const order = { matchers, ...(by === undefined ? {} : { createdBy: by }), ...bodyOf(term) };
  const asked = { method: 'POST', path: 'silences', body: order } as const;
  const { id, endsAt, holdsFor } = await client.ask(asked, SILENCE);
  const reach = holdsFor === undefined ? '' : `; holds now for ${printable(holdsFor.words)}`;
  return `${id} silences until ${isoTime(endsAt)}${reach}`;
}

export async function listSilences(
  client: DaemonClient,
  { all, json }: { readonly all: boolean; readonly json: boolean },
): Promise<string> {
  const answer = await client.ask({ method: 'GET', path: 'silences' }, SILENCES);
  const silences = answer.silences.filter(({ state }) => all || state !== 'expired');
  if (json) return JSON.stringify(silences, undefined, 2);
  return silences.length === 0 ? 'no silences' : silences.map(lineOf).join('\n');
}

export async function expireSilences(
  client: DaemonClient,
  ids: readonly string[],
): Promise<string> {
  const lines: string[] = [];
  for (const id of ids) {
    await client.ask({ method: 'DELETE', path: `silences/${encodeURIComponent(id)}` }, DONE);
    lines.push(`${id} expired`);
  }
  return lines.join('\n');
}

export async function acknowledge(
  client: DaemonClient,
  incident: string,
  { by, ...term }: Term,
): Promise<string> {
  const path = `incidents/${encodeURIComponent(incident)}/acknowledge`;
  const body = { ...(by === undefined ? {} : { by }), ...bodyOf(term) };
  const acknowledged = await client.ask({ method: 'POST', path, body }, ACKNOWLEDGED);
  const said = `${acknowledged.incident} acknowledged by ${acknowledged.by} until ${isoTime(acknowledged.endsAt)}`;
  return [said, ...(await standing(client, incident))].join('\n');
}

/** Where it goes on to fire, though nothing new is told. */
async function standing(client: DaemonClient, incident: string): Promise<readonly string[]> {
  const path = `incidents/${encodeURIComponent(incident)}/tellings`;
  const { tellings } = await client.ask({ method: 'GET', path }, TELLINGS);
  return tellings
    .filter(({ stands }) => stands === true)
    .map(
      ({ receiver, channel }) =>
        `${receiver}/${channel} keeps what it took until that is over; to have it quiet there, silence it there`,
    );
}

export async function withdrawAcknowledgement(
  client: DaemonClient,
  incident: string,
): Promise<string> {
  const path = `incidents/${encodeURIComponent(incident)}/acknowledge`;
  await client.ask({ method: 'DELETE', path }, DONE);
  return `${incident} is no longer acknowledged`;
}

function bodyOf({ duration, until, comment }: Omit<Term, 'by'>) {
  return {
    comment,
    ...(duration === undefined ? {} : { duration }),
    ...(until === undefined ? {} : { endsAt: until }),
  };
}

function lineOf(silence: Silence): string {
  const { id, state, startsAt, endsAt, createdBy, comment, holdsFor } = silence;
  const matchers = silence.matchers.map(
    ({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`,
  );
  const from = state === 'pending' ? `from ${isoTime(startsAt)} ` : '';
  const term = `${from}until ${isoTime(endsAt)}`;
  const reach = holdsFor === undefined ? [] : [`holds now for ${holdsFor.words}`];
  const parts = [id, state, term, createdBy, matchers.join(' '), ...reach, comment];
  return printable(parts.join('  ').trimEnd());
}

/** Others wrote the comments; a terminal would obey what is in them. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
