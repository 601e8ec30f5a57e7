import type { Answer } from '../notification.ts';
import { redact } from '../redact.ts';
import { messageOf } from '../../runtime/message-of.ts';
import { smtpAdvice } from './smtp-advice.ts';

/** What nodemailer attaches to its errors, as far as it is used here. */
interface SmtpFailure {
  readonly code: string | undefined;
  readonly responseCode: number | undefined;
  readonly command: string | undefined;
  /** Recipients that were refused, each with its own answer. */
  readonly recipients: readonly number[];
}

/** 5xx that a repair of the configuration or of the server cures, so that the mail is still worth sending. */
const CURABLE = new Set([503, 530, 534, 535, 538]);

/**
 * Whether another attempt may succeed: after no answer, a temporary one (4xx), and whatever speaks
 * of login or encryption rather than of the mail (RFC 5321, 4.2.1; RFC 4954, 6). Where all recipients
 * were refused, one that was refused for now is enough.
 */
export function failureOf(
  error: unknown,
  {
    secrets,
    ownKeys,
  }: { readonly secrets: readonly string[]; readonly ownKeys?: readonly string[] | undefined },
): Answer {
  const failure = readFailure(error);
  const said = messageOf(error);
  const advice = smtpAdvice({ ...failure, message: said }, ownKeys);
  const reason = `${redact(said, secrets)}${advice === undefined ? '' : `; ${advice}`}`;
  return isFinal(failure) ? { kind: 'refused', reason } : { kind: 'retry', reason };
}

interface Refusal {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
}

const MAX_REFUSALS_TOLD = 10;

/** `; 1 of 3 recipients refused: gone@example.com: 550 no such user`; empty where all were taken. */
export function refusalsOf(
  { rejectedErrors = [] }: { readonly rejectedErrors?: readonly Refusal[] | undefined },
  accepted: number,
): string {
  if (rejectedErrors.length === 0) return '';
  const told = rejectedErrors
    .slice(0, MAX_REFUSALS_TOLD)
    .map(({ recipient = 'one', response = 'no reason' }) => `${recipient}: ${response}`);
  const all = accepted + rejectedErrors.length;
  return `; ${rejectedErrors.length} of ${all} recipients refused: ${told.join(', ')}`;
}

/** Whether a mail was refused for its size: without attachments it may go through. */
export function isTooLarge(error: unknown): boolean {
  const { responseCode, code } = readFailure(error);
  const message = error instanceof Error ? error.message : '';
  return (
    responseCode === 552 ||
    responseCode === 523 ||
    (code === 'EMESSAGE' && /size|too (large|big)/i.test(message))
  );
}

function isFinal({ code, responseCode, recipients }: SmtpFailure): boolean {
  if (code === 'EAUTH' || code === 'ETLS' || responseCode === undefined) return false;
  const codes = recipients.length > 0 ? recipients : [responseCode];
  return codes.every((each) => each >= 500 && !CURABLE.has(each));
}

function readFailure(error: unknown): SmtpFailure {
  if (!(error instanceof Error))
    return { code: undefined, responseCode: undefined, command: undefined, recipients: [] };
  const refusals = 'rejectedErrors' in error ? error.rejectedErrors : undefined;
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    responseCode: responseCodeOf(error),
    command: 'command' in error && typeof error.command === 'string' ? error.command : undefined,
    recipients: Array.isArray(refusals)
      ? refusals.flatMap((each) => responseCodeOf(each) ?? [])
      : [],
  };
}

function responseCodeOf(error: unknown): number | undefined {
  const known = typeof error === 'object' && error !== null && 'responseCode' in error;
  return known && typeof error.responseCode === 'number' ? error.responseCode : undefined;
}
