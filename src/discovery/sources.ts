import type { DiscoveryGroup } from '../config/discovery-config.ts';
import type { HttpConfig } from '../config/config.ts';
import type { StopSignal } from '../runtime/stop-signal.ts';
import type { HttpClient } from '../target/http-client.ts';
import { within } from '../target/within.ts';
import { readDns, type Lookup } from './dns-source.ts';
import { readFiles, type Remembered } from './file-source.ts';
import { readHttp } from './http-source.ts';
import type { Surroundings } from './kubernetes/cluster.ts';
import { CHANGES_MS } from './kubernetes/pod-list.ts';
import { PodSource } from './kubernetes/pod-source.ts';
import type { ListReader } from './list-reader.ts';
import type { Labels } from './relabel.ts';

/** What a list says. */
export interface Found {
  readonly found: readonly Labels[];
  /** Of a part that cannot be had, for which what was found there last stands; `undefined` for a whole list. */
  readonly problem: string | undefined;
}

/** One place where targets of a group are listed. */
export interface Source {
  /** As in the file, below its group: `shop/file_sd_configs[0]`. */
  readonly key: string;
  readonly group: string;
  readonly refreshMs: number;
  /** Rejects where nothing of it can be had; `known` is what was found last. */
  readonly read: (signal: StopSignal, known: readonly Labels[]) => Promise<Found>;
  readonly close: () => Promise<void>;
}

/** A disk or a name server that does not answer holds up neither a reload nor an end. */
const PATIENCE_MS = 60_000;

export interface SourceParts {
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
  readonly lookup: Lookup;
  readonly surroundings: Surroundings;
  readonly lists: Pick<ListReader, 'read'>;
}

const NOTHING_TO_CLOSE = (): Promise<void> => Promise.resolve();

export function sourcesOf(
  { name, files, https, dns, kubernetes }: DiscoveryGroup,
  { createHttpClient, lookup, surroundings, lists }: SourceParts,
): readonly Source[] {
  const of = (list: string, index: number) => ({ key: `${name}/${list}[${index}]`, group: name });
  return [
    ...files.map((config, index): Source => {
      const remembered: Remembered = new Map();
      return {
        ...of('file_sd_configs', index),
        refreshMs: config.refreshMs,
        read: (signal, known) =>
          within(PATIENCE_MS, signal, () => readFiles(config, known, { lists, remembered })),
        close: NOTHING_TO_CLOSE,
      };
    }),
    ...https.map((config, index) => {
      const client = createHttpClient(config.http);
      return {
        ...of('http_sd_configs', index),
        refreshMs: config.refreshMs,
        read: async (signal: StopSignal) => ({
          found: await readHttp(config, { client, lists }, signal),
          problem: undefined,
        }),
        close: () => client.close(),
      };
    }),
    ...dns.map((config, index): Source => ({
      ...of('dns_sd_configs', index),
      refreshMs: config.refreshMs,
      read: (signal, known) => within(PATIENCE_MS, signal, () => readDns(config, lookup, known)),
      close: NOTHING_TO_CLOSE,
    })),
    ...kubernetes.map((config, index): Source => {
      const source = new PodSource(config, { createHttpClient, surroundings });
      return {
        ...of('kubernetes_sd_configs', index),
        refreshMs: CHANGES_MS,
        read: (signal, known) => source.read(signal, known),
        close: () => source.close(),
      };
    }),
  ];
}
