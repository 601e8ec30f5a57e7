import { resolve } from 'node:path';
import type { TemplateSource } from '../../config/config.ts';
import type { Problem } from '../../config/problem.ts';
import { child, items, textOf, type Tree } from '../../config/yaml/tree.ts';
import type { IncidentState } from '../../incident/incident.ts';
import type { Notification } from '../notification.ts';
import { sampleIncident } from '../sample.ts';
import { webhookPayload } from './payload.ts';
import { readTemplate, renderTemplate } from './template.ts';
import { messageOf } from '../../runtime/message-of.ts';

/**
 * Templates that make no JSON of a sample, one of each state, wherever the file has them, also where it has
 * other mistakes. A file that is not there yet is no problem yet; its path is taken from `folder`.
 */
export async function findTemplateProblems(
  tree: Tree | undefined,
  folder: string,
): Promise<readonly Problem[]> {
  const webhooks = items(child(tree, 'receivers')).flatMap((receiver) =>
    items(child(receiver, 'webhook_configs')),
  );
  const found = webhooks.flatMap((webhook) => [
    problemsOf(child(webhook, 'template'), (text) => ({ kind: 'inline', text })),
    problemsOf(child(webhook, 'template_file'), (path) => ({
      kind: 'file',
      path: resolve(folder, path),
    })),
  ]);
  return (await Promise.all(found)).flat();
}

async function problemsOf(
  place: Tree | undefined,
  sourceOf: (text: string) => TemplateSource,
): Promise<readonly Problem[]> {
  const text = textOf(place);
  if (place === undefined || text === undefined) return [];
  const wrong = await wrongWith(sourceOf(text));
  return wrong === undefined ? [] : [{ at: place.at, where: place.where, message: wrong }];
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
