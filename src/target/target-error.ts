/** What can go wrong between heapwarden and another party: a bounded set, fit for a metric's label. */
export const TARGET_ERROR_KINDS = [
  'refused',
  'timeout',
  'dns',
  'tls',
  'auth',
  'status',
  'redirect',
  'too_large',
  'content',
  'network',
  'config',
  'aborted',
] as const;

/**
 * - `refused`: nobody listens. - `timeout`: no whole answer in time. - `dns`: the name is unknown.
 * - `tls`: no trust between the two. - `auth`: 401, 403, or 407 of a proxy. - `status`: another
 * answer than 200. - `redirect`: one that is not to be followed. - `too_large`: over the bound.
 * - `content`: an answer, but not of the wanted kind. - `network`: the connection broke.
 * - `config`: a secret or certificate cannot be read or used. - `aborted`: given up by the caller.
 */
export type TargetErrorKind = (typeof TARGET_ERROR_KINDS)[number];

/**
 * A request that failed. The message reads "URL: what was seen; what to do" and holds no secret and
 * no userinfo.
 */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly kind: TargetErrorKind;

  constructor(kind: TargetErrorKind, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
