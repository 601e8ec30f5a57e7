import { gunzipSync } from 'node:zlib';
import { ProfileError } from './profile.ts';

/**
 * The bytes of a profile without their compression: gzip, of one member or several, or plain.
 * Throws a `ProfileError` beyond `maxBytes`, and for a body that is empty, cut off or damaged.
 */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, maxBytes) : bytes;
  if (plain.length === 0) {
    throw new ProfileError('profile: the body is empty; expected a gzipped pprof profile');
  }
  if (plain.length > maxBytes) throw tooLarge(maxBytes);
  return plain;
}

function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    if (code === 'Z_BUF_ERROR') {
      throw new ProfileError(
        `profile: the gzip stream breaks off after ${bytes.length} bytes; fetch it again`,
        { cause },
      );
    }
    throw new ProfileError(
      `profile: the gzip stream is damaged (${String(code)}); fetch it again`,
      {
        cause,
      },
    );
  }
}

function tooLarge(maxBytes: number): ProfileError {
  return new ProfileError(
    `profile: larger than ${maxBytes} bytes when inflated, which is the limit for one profile`,
    { kind: 'too_large' },
  );
}
