import type { HttpDiscovery } from '../config/discovery-config.ts';
import type { StopSignal } from '../runtime/stop-signal.ts';
import type { HttpClient } from '../target/http-client.ts';
import type { ListReader } from './list-reader.ts';
import type { Labels } from './relabel.ts';
import { MAX_LIST_BYTES } from './target-list.ts';

export interface HttpSourceParts {
  readonly client: HttpClient;
  readonly lists: Pick<ListReader, 'read'>;
}

/** The entries of the list that the URL answers with, in the form of Prometheus's HTTP discovery. */
export async function readHttp(
  { url, timeoutMs, refreshMs }: HttpDiscovery,
  { client, lists }: HttpSourceParts,
  signal: StopSignal,
): Promise<readonly Labels[]> {
  const answer = await client.request({
    url: await url.read(),
    headers: {
      Accept: 'application/json',
      'X-Prometheus-Refresh-Interval-Seconds': String(refreshMs / 1_000),
    },
    timeoutMs,
    timeoutSetting: 'timeout',
    maxBytes: MAX_LIST_BYTES,
    signal,
  });
  if (answer.status !== 200)
    throw new Error(`status ${answer.status} instead of 200${adviceOn(answer.status)}`);
  return lists.read(Buffer.from(answer.body).toString('utf8'), 'json');
}

/** Unlike here redirects are followed in Prometheus unless it is told otherwise. */
function adviceOn(status: number): string {
  if (status === 401 || status === 403) return '; check http.basic_auth and http.authorization';
  return status >= 300 && status < 400
    ? '; let url point at the place itself, or set http.follow_redirects: true'
    : '';
}
