import { gunzipSync } from 'node:zlib';
import { ProfileError } from './profile.ts';

const CREDIBLE_INFLATION = 32;
const USUAL_CHUNK = 16 * 1024;

/**
 * glibc maps a piece of memory larger than any before anew, and gives it back to the system when it is
 * free, so that each poll of a growing profile would pay a fault for each of its pages: as much as all
 * the inflating, on many virtual machines. It learns from the largest piece that was freed, of up to
 * 32 MiB; here it is shown one, which costs nothing, since nobody writes to it.
 */
new ArrayBuffer(2 ** 25 - 2 ** 16);

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
 *
 * From poll to poll a profile grows a little, and malloc maps a piece larger than any before anew, each
 * page of which then costs a fault: more than all the inflating. So sizes are rounded up, to repeat.
 */
function chunkSize(bytes: Uint8Array, maxBytes: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const told = bytes.length < 4 ? 0 : view.getUint32(bytes.length - 4, true);
  const credible = told <= Math.min(maxBytes, CREDIBLE_INFLATION * bytes.length);
  // One byte more, or zlib asks for another piece to find that nothing is left.
  return credible ? Math.max(USUAL_CHUNK, roundedUp(told + 1)) : USUAL_CHUNK;
}

/** To one of eight steps from each power of two to the next. */
function roundedUp(size: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(size)) - 3);
  return Math.ceil(size / step) * step;
}

function tooLarge(maxBytes: number): ProfileError {
  return new ProfileError(
    `profile: larger than ${maxBytes} bytes when inflated, which is the limit for one profile`,
    { kind: 'too_large' },
  );
}
