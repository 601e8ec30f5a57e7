import { messageOf } from '../runtime/message-of.ts';
import type { HttpAnswer } from '../target/http-client.ts';
import type { Answer } from './notification.ts';
import { redact } from './redact.ts';

export interface AnswerContext {
  /** Unix milliseconds, to reckon a `Retry-After` date from. */
  readonly now: number;
  /** What must not be quoted. */
  readonly secrets: readonly string[];
}

/** What a receiver meant by its response: 2xx has it; 408, 429 and 5xx may take it later; else never. */
export function answerOf(response: HttpAnswer, context: AnswerContext): Answer {
  const said = redact(new TextDecoder().decode(response.body.subarray(0, 1_000)), context.secrets);
  const text = said === '' ? `HTTP ${response.status}` : `HTTP ${response.status}: ${said}`;
  const { status } = response;
  if (status >= 200 && status < 300) return { kind: 'sent', detail: text };
  if (status === 408 || status === 429 || status >= 500) {
    const afterMs = retryAfterMs(response.headers['retry-after'], context.now);
    return { kind: 'retry', reason: text, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  const advice = adviceOf(status);
  return { kind: 'refused', reason: advice === undefined ? text : `${text}; ${advice}` };
}

/** What to do about a refusal that is more likely the configuration's fault than the message's. */
function adviceOf(status: number): string | undefined {
  if (status >= 300 && status < 400) return 'give the address it redirects to as url';
  if (status === 401 || status === 403)
    return 'check the key in its URL, and authorization, basic_auth and headers of its http block';
  if (status === 404 || status === 410) return 'check its URL: nothing takes messages there';
  return status === 405 ? 'check its URL: what is there takes no POST' : undefined;
}

/** No response came, or it broke off: the receiver may have it all the same. A `TargetError` says it whole. */
export function unanswered(error: unknown, secrets: readonly string[]): Answer {
  return { kind: 'retry', reason: redact(messageOf(error), secrets) };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); `undefined` for anything else. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
