import type { z } from 'zod';
import type { HeartbeatConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { secretUrl } from './addresses.ts';
import { block } from './block.ts';
import { httpSchema } from './http.ts';
import { oneOf, required } from './rules.ts';
import { duration, secretFile } from './values.ts';

/** A sign of life, for someone who notices when it stays away. */
export function heartbeatSchema(folder: string): z.ZodType<HeartbeatConfig> {
  const url = {
    what: 'the URL of a heartbeat',
    write: 'one such as https://hc-ping.example.com/KEY',
    login: 'http.basic_auth',
  };
  return block(
    {
      url: secretUrl(url).optional(),
      url_file: secretFile(folder).optional(),
      interval: duration({ min: 1_000 }).default(60_000),
      timeout: duration({ max: 600_000 }).default(10_000),
      http: httpSchema(folder).prefault({}),
    },
    [
      required(['url', 'url_file'], 'the URL of the heartbeat, or url_file with a path'),
      oneOf('url', 'url_file'),
    ],
  ).transform(({ interval, timeout, http, ...given }) => ({
    url: given.url ?? given.url_file ?? Secret.of(''),
    intervalMs: interval,
    timeoutMs: timeout,
    http,
  }));
}
