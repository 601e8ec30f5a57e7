import type { StopSignal } from '../runtime/stop-signal.ts';
import type { CaptureSettings } from '../config/config.ts';
import { CAPTURE_BOUNDS } from './capture.ts';
import { expectOk } from './expect-ok.ts';
import type { HttpClient } from './http-client.ts';

/** `goroutineleak`: of those that nothing can wake any more, which takes the target a GC (Go 1.27, an experiment in 1.26). */
export type GoroutineProfile = 'goroutine' | 'goroutineleak';

/** `undefined` where the target has no such profile. */
export type FetchGoroutines = (
  profile: GoroutineProfile,
  signal: StopSignal,
) => Promise<Uint8Array | undefined>;

/**
 * Fetches a profile of goroutines, with call stacks counted and not listed one by one (debug=0), for
 * the text of 200,000 stops the target for long. `undefined` where the target has none of that name.
 * Rejects with a `TargetError`.
 */
export async function captureGoroutines(
  client: HttpClient,
  target: { readonly url: string; readonly capture: CaptureSettings },
  { profile, signal }: { readonly profile: GoroutineProfile; readonly signal: StopSignal },
): Promise<Uint8Array | undefined> {
  const { timeoutMs, maxBytes } = target.capture;
  const url = `${target.url}/debug/pprof/${profile}`;
  const bounds = { timeoutMs, maxBytes, ...CAPTURE_BOUNDS };
  const answer = await client.request({ url, shown: url, ...bounds, signal });
  if (answer.status === 404) return undefined;
  expectOk(answer, url, 'import _ "net/http/pprof" and serve it there');
  return answer.body;
}
