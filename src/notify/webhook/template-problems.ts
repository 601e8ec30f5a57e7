import type { TemplateSource, WebhookConfig } from '../../config/config.ts';
import type { ReadConfig } from '../../config/load.ts';
import type { Problem } from '../../config/problem.ts';
import { descend } from '../../config/yaml/tree.ts';
import type { IncidentState } from '../../incident/incident.ts';
import type { Notification } from '../notification.ts';
import { sampleIncident } from '../sample.ts';
import { webhookPayload } from './payload.ts';
import { readTemplate, renderTemplate } from './template.ts';
import { messageOf } from '../../runtime/message-of.ts';

/** Templates that make no JSON of a sample, one of each state. A file that is not there yet is no problem yet. */
export async function findTemplateProblems(read: ReadConfig): Promise<readonly Problem[]> {
  const found = read.config.receivers.flatMap(({ webhooks }, i) =>
    webhooks.map((webhook, j) => problemsOf(webhook, read, ['receivers', i, 'webhook_configs', j])),
  );
  return (await Promise.all(found)).flat();
}

async function problemsOf(
  { template }: WebhookConfig,
  { tree }: ReadConfig,
  path: readonly PropertyKey[],
): Promise<readonly Problem[]> {
  if (template === undefined) return [];
  const key = template.kind === 'inline' ? 'template' : 'template_file';
  const place = descend(tree, ...path, key);
  const wrong = await wrongWith(template);
  if (place === undefined || wrong === undefined) return [];
  return [{ at: place.at, where: place.where, message: wrong }];
}

async function wrongWith(template: TemplateSource): Promise<string | undefined> {
  const text = await readTemplate(template).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    for (const state of STATES) renderTemplate(text, samplePayload(state));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const STATES = ['suspect', 'leak', 'resolved'] as const;

function samplePayload(state: IncidentState) {
  const now = Date.now();
  const sample: Notification = {
    id: 'sample',
    incident: sampleIncident('sample', state, now),
    cause: 'test',
    receiver: 'sample',
    channel: 'webhook_configs[0]',
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    lastAnswer: undefined,
  };
  return webhookPayload(sample, {
    externalUrl: 'https://heapwarden.example.com',
    sendResolved: true,
  });
}
