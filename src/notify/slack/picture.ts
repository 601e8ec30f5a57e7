import type { HttpAnswer, HttpClient } from '../../target/http-client.ts';
import { parseObject } from '../answer-code.ts';
import type { Picture, Png } from '../illustration.ts';
import { redact } from '../redact.ts';
import { messageOf } from '../../runtime/message-of.ts';

export interface PictureUpload {
  readonly client: HttpClient;
  /** That of `chat.postMessage`, beside which the other methods are. */
  readonly url: string;
  readonly token: string;
  /** The id that the posted message has come back with: files take no name of a channel. */
  readonly channel: string;
  readonly thread: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_ANSWER_BYTES = 64 * 1_024;

/**
 * Puts a picture below a message, as Slack documents it: asks for an address (files.getUploadURLExternal),
 * sends the bytes there, and shares the file (files.completeUploadExternal). The bot needs the scope
 * `files:write`. Resolves to what went wrong, or `undefined`; never rejects.
 */
export async function uploadPicture(
  { name, title, alt }: Picture,
  png: Png,
  upload: PictureUpload,
): Promise<string | undefined> {
  try {
    const place = await askForPlace(upload, {
      filename: `${name}.png`,
      length: String(png.bytes.byteLength),
      alt_txt: alt.slice(0, 1_000),
    });
    await post(upload, place.url, { body: png.bytes, type: 'image/png' });
    const shared = {
      files: [{ id: place.id, title }],
      channel_id: upload.channel,
      thread_ts: upload.thread,
    };
    const body = new TextEncoder().encode(JSON.stringify(shared));
    const type = 'application/json; charset=utf-8';
    understood(
      await post(upload, methodUrl(upload, 'files.completeUploadExternal'), { body, type }),
    );
    return undefined;
  } catch (error) {
    return redact(messageOf(error), [upload.token]);
  }
}

async function askForPlace(
  upload: PictureUpload,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly id: string }> {
  const body = new TextEncoder().encode(new URLSearchParams(fields).toString());
  const type = 'application/x-www-form-urlencoded';
  const url = methodUrl(upload, 'files.getUploadURLExternal');
  const { upload_url: place, file_id: id } = understood(await post(upload, url, { body, type }));
  if (typeof place !== 'string' || typeof id !== 'string') throw new Error('no place to upload to');
  if (new URL(place).protocol !== new URL(upload.url).protocol) {
    throw new Error('a place to upload to that is not encrypted');
  }
  return { url: place, id };
}

function methodUrl({ url }: PictureUpload, method: string): string {
  return new URL(method, url).href;
}

interface Sent {
  readonly body: Uint8Array;
  readonly type: string;
}

/** The token goes to the methods of the API alone: the address of the upload is its own key. */
async function post(upload: PictureUpload, url: string, { body, type }: Sent): Promise<HttpAnswer> {
  const { client, token, timeoutMs, signal } = upload;
  const isMethod = type !== 'image/png';
  const answer = await client.request({
    url,
    method: 'POST',
    headers: { 'content-type': type, ...(isMethod ? { authorization: `Bearer ${token}` } : {}) },
    body,
    timeoutMs,
    timeoutSetting: 'timeout of the receiver',
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  });
  if (answer.status >= 300) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

function understood({ body }: HttpAnswer): Readonly<Record<string, unknown>> {
  const answer = parseObject(body);
  if (answer['ok'] === true) return answer;
  throw new Error(typeof answer['error'] === 'string' ? answer['error'] : 'no ok in the answer');
}
