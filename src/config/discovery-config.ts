import type { HttpConfig, TargetConfig } from './config.ts';
import type { Secret } from './secret.ts';

/** Targets that come and go, and what they have in common. */
export interface DiscoveryGroup {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  /** Of their URLs, without a trailing slash; empty where there is none. */
  readonly pathPrefix: string;
  /** What every one of them has but its name and URL. */
  readonly template: TargetSettings;
  readonly files: readonly FileDiscovery[];
  readonly https: readonly HttpDiscovery[];
  readonly dns: readonly DnsDiscovery[];
  readonly kubernetes: readonly KubernetesDiscovery[];
  readonly relabel: readonly RelabelRule[];
}

export type TargetSettings = Omit<TargetConfig, 'name' | 'url'>;

/** The last part of a path may have `*` in it. */
export interface FileDiscovery {
  readonly paths: readonly string[];
  readonly refreshMs: number;
}

export interface HttpDiscovery {
  readonly url: Secret;
  readonly http: HttpConfig;
  readonly timeoutMs: number;
  readonly refreshMs: number;
}

export interface DnsDiscovery {
  readonly names: readonly string[];
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Of addresses; a record of the type SRV tells its own. */
  readonly port: number | undefined;
  readonly refreshMs: number;
}

/** The pods of a cluster. */
export interface KubernetesDiscovery {
  /** The URL of its API; `undefined` for that of the cluster that heapwarden runs in, with the account of its pod. */
  readonly apiServer: string | undefined;
  readonly http: HttpConfig;
  /** None for all of them. */
  readonly namespaces: readonly string[];
  /** That of the pod that heapwarden runs in, beside the others. */
  readonly ownNamespace: boolean;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

export const RELABEL_ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

/** With Prometheus's meaning of each (configuration, relabel_config). */
export interface RelabelRule {
  readonly action: (typeof RELABEL_ACTIONS)[number];
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  /** Of the whole value. */
  readonly regex: string;
  readonly modulus: number | undefined;
  readonly targetLabel: string | undefined;
  readonly replacement: string;
}
