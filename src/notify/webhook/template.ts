import { readFile } from 'node:fs/promises';
import { Liquid } from 'liquidjs';
import type { TemplateSource } from '../../config/config.ts';
import type { webhookPayload } from './payload.ts';
import { messageOf } from '../../runtime/message-of.ts';

/** A template that is not one, or that made no JSON; the message quotes neither secrets nor the body. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Far above what a message needs, and soon enough to stop a loop that does not end. */
const LIMITS = { parseLimit: 100_000, renderLimit: 2_000, memoryLimit: 10_000_000 };

/** Rejects where the file cannot be read; it is read anew each time, as secrets are. */
export async function readTemplate(source: TemplateSource): Promise<string> {
  if (source.kind === 'inline') return source.text;
  return readFile(source.path, 'utf8').catch((cause: unknown) => {
    const message = `template_file: cannot be read, ${messageOf(cause)}; write the path of a file that heapwarden may read`;
    throw new TemplateError(message, { cause });
  });
}

/** The body that a Liquid template makes of the normal one. Throws `TemplateError`, also where it is no JSON. */
export function renderTemplate(text: string, payload: ReturnType<typeof webhookPayload>): string {
  const body = rendered(text, payload);
  try {
    JSON.parse(body);
  } catch (cause) {
    const message = `it does not make JSON (${reasonOf(cause)}); pass each value through the filter json, as {{ status | json }}`;
    throw new TemplateError(message, { cause });
  }
  return body;
}

function rendered(text: string, payload: object): string {
  try {
    return String(engine().parseAndRenderSync(text, payload));
  } catch (cause) {
    throw new TemplateError(`not a Liquid template, ${reasonOf(cause)}`, { cause });
  }
}

/** `templates` in memory take the place of the file system, so that no template can read a file. */
function engine(): Liquid {
  const liquid = new Liquid({
    ...LIMITS,
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    timezoneOffset: 0,
  });
  liquid.registerFilter('json', (value: unknown) => JSON.stringify(value ?? null));
  return liquid;
}

function reasonOf(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n');
  return first.slice(0, 200);
}
