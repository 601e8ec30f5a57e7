import { baseUrl } from '../config/schema/addresses.ts';
import type { DaemonAddress } from './daemon-client.ts';
import { UsageError } from './usage-error.ts';

export interface AddressFlags {
  readonly url: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
}

const URL_WORDS = {
  what: 'the address of a daemon',
  write: 'one such as http://127.0.0.1:9899',
};

/** Throws a `UsageError` that shows no password. */
export function readAddress({ url, user, passwordFile, caFile }: AddressFlags): DaemonAddress {
  const read = baseUrl(URL_WORDS).safeParse(url);
  if (!read.success) {
    throw new UsageError(`--url or HEAPWARDEN_URL: ${read.error.issues[0]?.message ?? ''}`);
  }
  if (passwordFile !== undefined && user === undefined) {
    throw new UsageError('--password-file: given alone, seen no user beside it; write --user too');
  }
  return {
    url,
    ...(user === undefined ? {} : { username: user }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}
