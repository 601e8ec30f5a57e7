import type { StopSignal } from '../runtime/stop-signal.ts';
import type { CaptureSettings } from '../config/config.ts';
import { describePage } from '../memory/excerpt.ts';
import { expectOk } from './expect-ok.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { TargetError } from './target-error.ts';

/** Where the bounds of a capture come from. */
export const CAPTURE_BOUNDS = {
  timeoutSetting: 'capture.timeout',
  maxBytesSetting: 'capture.max_bytes',
} as const;

const IF_MISSING =
  'net/http/pprof is not served there: import _ "net/http/pprof" and serve http.DefaultServeMux, or let url name the port and the prefix where it is';

/**
 * Fetches one heap profile: exactly the bytes sent, not yet decoded. `forceGc` makes the target
 * collect first, which costs it a whole GC cycle. Rejects with a `TargetError`.
 */
export async function captureHeap(
  client: HttpClient,
  target: { readonly url: string; readonly capture: CaptureSettings },
  options: { readonly forceGc: boolean; readonly signal: StopSignal },
): Promise<Uint8Array> {
  const { timeoutMs, maxBytes } = target.capture;
  const url = `${target.url}/debug/pprof/heap${options.forceGc ? '?gc=1' : ''}`;
  const { signal } = options;
  const bounds = { timeoutMs, maxBytes, ...CAPTURE_BOUNDS };
  const answer = await client.request({ url, shown: url, ...bounds, signal });
  expectOk(answer, url, IF_MISSING);
  expectBinary(answer, url);
  return answer.body;
}

/** A login or error page with status 200 is told here, where it can be named, not as a broken profile. */
function expectBinary({ headers, body }: HttpAnswer, url: string): void {
  const start = new TextDecoder().decode(body.subarray(0, 256));
  const isHtml = (headers['content-type'] ?? '').startsWith('text/html') || start.startsWith('<');
  if (body.length > 0 && !isHtml) return;
  const seen = describePage(start);
  const message = `${url}: not a heap profile but ${seen}; let url point at the service itself, and see http.authorization where this is the page of a login`;
  throw new TargetError('content', message);
}
