import { expect } from 'chai';
import type { HttpAnswer, HttpRequest } from '../../src/target/http-client.ts';
import { TargetError, type TargetErrorKind } from '../../src/target/target-error.ts';

/** A GET with bounds that no test reaches. */
export function asked(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    url,
    timeoutMs: 5_000,
    maxBytes: 64 * 1024,
    signal: new AbortController().signal,
    ...more,
  };
}

export const textOf = (answer: HttpAnswer): string => Buffer.from(answer.body).toString();

/** The `TargetError` that something rejects with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<TargetError> {
  const outcome = await work.catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(TargetError);
  return outcome as TargetError;
}

/** Holds kind and message, and that the message says what to do and tells no `hunter2`. */
export async function expectFailure(
  work: Promise<unknown>,
  kind: TargetErrorKind,
  message: string,
): Promise<void> {
  const error = await failureOf(work);
  expect(error.message).to.match(new RegExp(message));
  expect(error.message).to.match(/; |given up/);
  expect(error.message).not.to.contain('hunter2');
  expect(error.kind, error.message).to.equal(kind);
}
