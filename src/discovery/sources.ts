import type { DiscoveryGroup } from '../config/discovery-config.ts';
import type { HttpConfig } from '../config/config.ts';
import type { StopSignal } from '../runtime/stop-signal.ts';
import type { HttpClient } from '../target/http-client.ts';
import { readDns, type Lookup } from './dns-source.ts';
import { readFiles } from './file-source.ts';
import { readHttp } from './http-source.ts';
import type { Labels } from './relabel.ts';

/** One place where targets of a group are listed. */
export interface Source {
  /** As in the file, below its group: `shop/file_sd_configs[0]`. */
  readonly key: string;
  readonly group: string;
  readonly refreshMs: number;
  /** The whole list; rejects where it cannot be had. */
  readonly read: (signal: StopSignal) => Promise<readonly Labels[]>;
  readonly close: () => Promise<void>;
}

export interface SourceParts {
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
  readonly lookup: Lookup;
}

const NOTHING_TO_CLOSE = (): Promise<void> => Promise.resolve();

export function sourcesOf(
  { name, files, https, dns }: DiscoveryGroup,
  { createHttpClient, lookup }: SourceParts,
): readonly Source[] {
  const of = (list: string, index: number) => ({ key: `${name}/${list}[${index}]`, group: name });
  return [
    ...files.map((config, index) => ({
      ...of('file_sd_configs', index),
      refreshMs: config.refreshMs,
      read: () => readFiles(config),
      close: NOTHING_TO_CLOSE,
    })),
    ...https.map((config, index) => {
      const client = createHttpClient(config.http);
      return {
        ...of('http_sd_configs', index),
        refreshMs: config.refreshMs,
        read: (signal: StopSignal) => readHttp(config, client, signal),
        close: () => client.close(),
      };
    }),
    ...dns.map((config, index) => ({
      ...of('dns_sd_configs', index),
      refreshMs: config.refreshMs,
      read: () => readDns(config, lookup),
      close: NOTHING_TO_CLOSE,
    })),
  ];
}
