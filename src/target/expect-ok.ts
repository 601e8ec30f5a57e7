import { STATUS_CODES } from 'node:http';
import { excerpt } from '../memory/excerpt.ts';
import type { HttpAnswer } from './http-client.ts';
import { showLocation } from './redirect.ts';
import { TargetError } from './target-error.ts';

/** Refuses every answer but 200; `ifMissing` says what to do about a 404. */
export function expectOk(answer: HttpAnswer, shown: string, ifMissing: string): void {
  const { status, headers } = answer;
  if (status === 200) return;
  const seen = `${shown}: ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + quote(answer);
  if (status === 401 || status === 403) {
    throw new TargetError('auth', `${seen}; check http.basic_auth and http.authorization`);
  }
  if (status === 407) {
    throw new TargetError('auth', `${seen}; check the credentials in http.proxy_url`);
  }
  if (status === 404) throw new TargetError('status', `${seen}; ${ifMissing}`);
  if (status >= 300 && status < 400) {
    const to = showLocation(headers['location'] ?? 'nowhere');
    const advice = 'let url point at the place itself, or set http.follow_redirects: true';
    throw new TargetError('redirect', `${seen} to "${to}"; ${advice}`);
  }
  throw new TargetError('status', `${seen}; look into the log of the service`);
}

/** The start of a plain text; net/http/pprof marks what it says itself with `X-Go-Pprof`. */
function quote({ headers, body }: HttpAnswer): string {
  const isPlain = (headers['content-type'] ?? '').startsWith('text/plain');
  if (!isPlain || body.length === 0) return '';
  const text = excerpt(new TextDecoder().decode(body.subarray(0, 1_024)));
  return headers['x-go-pprof'] === undefined ? ` ("${text}")` : ` (pprof says "${text}")`;
}
