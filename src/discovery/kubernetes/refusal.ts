import type { HttpAnswer } from '../../target/http-client.ts';

/** The API answers, but not what was asked for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** How long it wants to be left alone; `undefined` where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>) {
    super(message);
    const after = headers['retry-after'] ?? '';
    this.status = status;
    // In seconds, as the API writes it.
    this.retryAfterMs = /^\d{1,9}$/.test(after) ? Number(after) * 1_000 : undefined;
  }
}

const WHO_ASKS = [401, 403];
const BUSY = [429, 503];

/** Whether a watch may be asked for again from where it was: who asks was refused, or the time, and not the version. */
export function keepsVersion(error: unknown): boolean {
  return error instanceof Refusal && [...WHO_ASKS, ...BUSY].includes(error.status);
}

/** Of looks that follow a failure, by how many there were in a row. */
const LET_PASS = [0, 0, 1, 3];
const LET_PASS_AT_MOST = 5;
const LONGEST_MS = 300_000;

/**
 * How many looks to let pass, one coming every `everyMs`: to list all of a large cluster again and again, and in
 * vain, is a load to its API.
 */
export function looksToLetPass(failures: number, error: unknown, everyMs: number): number {
  const asked = error instanceof Refusal ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(
    LET_PASS[failures] ?? LET_PASS_AT_MOST,
    Math.ceil(Math.min(asked, LONGEST_MS) / everyMs) - 1,
  );
}
