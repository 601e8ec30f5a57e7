import { gunzipSync } from 'node:zlib';
import { ProfileError } from './profile.ts';

const CREDIBLE_INFLATION = 32;
const USUAL_CHUNK = 16 * 1024;

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
    return gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: chunkSize(bytes, maxBytes) });
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

/**
 * The length that the last four bytes tell (RFC 1952, ISIZE), so that all goes into one piece of
 * memory: putting pieces of the usual 16 KiB together takes a third of the time. Profiles inflate to
 * three to ten times their size; whoever tells of much more has not earned the memory yet.
 */
function chunkSize(bytes: Uint8Array, maxBytes: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const told = bytes.length < 4 ? 0 : view.getUint32(bytes.length - 4, true);
  const credible = told <= Math.min(maxBytes, CREDIBLE_INFLATION * bytes.length);
  // One byte more, or zlib asks for another piece to find that nothing is left.
  return credible ? Math.max(USUAL_CHUNK, told + 1) : USUAL_CHUNK;
}

function tooLarge(maxBytes: number): ProfileError {
  return new ProfileError(
    `profile: larger than ${maxBytes} bytes when inflated, which is the limit for one profile`,
    { kind: 'too_large' },
  );
}
