import type { HttpDiscovery } from '../config/discovery-config.ts';
import type { StopSignal } from '../runtime/stop-signal.ts';
import type { HttpClient } from '../target/http-client.ts';
import type { Labels } from './relabel.ts';
import { MAX_LIST_BYTES, readTargetList } from './target-list.ts';

/** The entries of the list that the URL answers with, in the form of Prometheus's HTTP discovery. */
export async function readHttp(
  { url, timeoutMs, refreshMs }: HttpDiscovery,
  client: HttpClient,
  signal: StopSignal,
): Promise<readonly Labels[]> {
  const answer = await client.request({
    url: await url.read(),
    headers: {
      Accept: 'application/json',
      'X-Prometheus-Refresh-Interval-Seconds': String(refreshMs / 1_000),
    },
    timeoutMs,
    maxBytes: MAX_LIST_BYTES,
    signal,
  });
  if (answer.status !== 200) throw new Error(`status ${answer.status} instead of 200`);
  return readTargetList(Buffer.from(answer.body).toString('utf8'), 'json');
}
