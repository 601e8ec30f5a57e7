import { messageOf } from '../runtime/message-of.ts';

export type StoreErrorKind = 'full' | 'read_only' | 'locked' | 'corrupt' | 'io';

/** Thrown by everything in `store/`; the message says where, what is wrong, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The code of a failed system call, as `ENOENT`; `undefined` for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A failed system call on `path` as a StoreError; what is one already stays as it is. */
export function storeErrorOf(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const seen = errorCode(error) ?? messageOf(error);
  const { kind, what } = meaningOf(seen);
  return new StoreError(kind, `${path}: ${what}`, { cause: error });
}

function meaningOf(seen: string): { readonly kind: StoreErrorKind; readonly what: string } {
  switch (seen) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { kind: 'full', what: `no space left (${seen}); free some or lower storage.max_size` };
    case 'EROFS':
      return {
        kind: 'read_only',
        what: `the file system is read-only (${seen}); let heapwarden write there or set storage.path`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        kind: 'read_only',
        what: `no permission (${seen}); give it to the user heapwarden runs as or set storage.path`,
      };
    default:
      return { kind: 'io', what: `failed with ${seen}; look at the disk or set storage.path` };
  }
}
