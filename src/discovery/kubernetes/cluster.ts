import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { HttpConfig } from '../../config/config.ts';
import type { KubernetesDiscovery } from '../../config/discovery-config.ts';
import { reasonOf } from '../../config/read-file.ts';
import { Secret } from '../../config/secret.ts';

/** What a pod is given to speak with the API of its cluster (Kubernetes, "Accessing the API from within a Pod"). */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** With the files `token`, `ca.crt` and `namespace`. */
  readonly serviceAccount: string;
}

export function systemSurroundings(): Surroundings {
  return { env: process.env, serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount' };
}

/** Where the API is, and how to speak with it. */
export interface Cluster {
  readonly url: string;
  readonly http: HttpConfig;
}

/** That of the configuration, else the cluster that heapwarden runs in. */
export function clusterOf(
  { apiServer, http }: Pick<KubernetesDiscovery, 'apiServer' | 'http'>,
  { env, serviceAccount }: Surroundings,
): Cluster {
  if (apiServer !== undefined) return { url: apiServer, http };
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || port === undefined)
    throw new Error(
      'heapwarden runs in no pod, where KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are set; write api_server',
    );
  const credentials = Secret.inFile(join(serviceAccount, 'token'));
  return {
    url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    http: {
      ...http,
      authorization: { type: 'Bearer', credentials },
      tls: { ...http.tls, caFile: join(serviceAccount, 'ca.crt') },
    },
  };
}

/** The names of the namespaces to look into, `undefined` for all together. */
export async function namespacesOf(
  { namespaces, ownNamespace }: Pick<KubernetesDiscovery, 'namespaces' | 'ownNamespace'>,
  { serviceAccount }: Surroundings,
): Promise<readonly (string | undefined)[]> {
  const own = ownNamespace ? [await readOwn(join(serviceAccount, 'namespace'))] : [];
  const names = new Set([...own, ...namespaces]);
  return names.size === 0 ? [undefined] : [...names];
}

async function readOwn(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}; own_namespace is that of the pod`, {
      cause: error,
    });
  }
}
