import { foreignText, refuseForeign } from './foreign.ts';
import { inflate } from './inflate.ts';
import { ProfileError } from './profile.ts';
import type { Profile, ProfileLimits } from './profile.ts';
import { readProfile } from './reader-of-record.ts';
import { scanProfile } from './scanned.ts';

/**
 * Several times what the largest services send. A profile at all these limits takes about 650 MiB and
 * six seconds, measured.
 */
export const DEFAULT_LIMITS: ProfileLimits = {
  maxInflatedBytes: 128 * 2 ** 20,
  maxSamples: 1e6,
  maxLocations: 1e6,
  maxFrames: 2e6,
  maxStackDepth: 4096,
  maxStackEntries: 32e6,
};

/**
 * The profile in a body as a Go service sends it, gzipped or plain, of whatever sample types: see
 * `requireHeapSnapshot`. Throws a `ProfileError`, and nothing else, for any other bytes.
 */
export function decodeProfile(bytes: Uint8Array, limits?: Partial<ProfileLimits>): Profile {
  // The same object each time where it can be: see `LIVING_SCAN`.
  const bounds = limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits };
  const plain = inflate(bytes, bounds.maxInflatedBytes);
  refuseForeign(plain);
  // A reader of a Buffer decodes strings natively.
  const buffer = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  try {
    return scanProfile(buffer, bounds) ?? readProfile(buffer, bounds);
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    const text = foreignText(plain);
    if (text !== undefined) throw text;
    if (cause instanceof ProfileError) throw cause;
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new ProfileError(`profile: broken or cut off (${seen}); fetch it again`, { cause });
  }
}
