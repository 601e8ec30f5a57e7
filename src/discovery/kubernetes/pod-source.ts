import type { HttpConfig } from '../../config/config.ts';
import type { KubernetesDiscovery } from '../../config/discovery-config.ts';
import type { StopSignal } from '../../runtime/stop-signal.ts';
import type { HttpClient } from '../../target/http-client.ts';
import { readParts } from '../parts-of-list.ts';
import type { Labels } from '../relabel.ts';
import type { Found } from '../sources.ts';
import { clusterOf, namespacesOf, type Surroundings } from './cluster.ts';
import { createPodApi } from './pod-api.ts';
import { PodList } from './pod-list.ts';

export interface PodSourceParts {
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
  readonly surroundings: Surroundings;
}

interface Part {
  readonly list: PodList;
  readonly isOf: (found: Labels) => boolean;
}

/** The pods of a cluster, in each namespace by itself: where one may not be looked into, the others are known. */
export class PodSource {
  readonly #config: KubernetesDiscovery;
  readonly #parts: PodSourceParts;
  #lists: readonly Part[] | undefined;
  /** What was answered last, where all of it was had. */
  #answered: readonly (readonly Labels[])[] = [];

  constructor(config: KubernetesDiscovery, parts: PodSourceParts) {
    this.#config = config;
    this.#parts = parts;
  }

  /** What was `known` where nothing changed. Rejects where nothing can be asked. */
  async read(signal: StopSignal, known: readonly Labels[]): Promise<Found> {
    this.#lists ??= await this.#open();
    const parts = this.#lists.map(({ list, isOf }) => ({
      answer: list.read(signal, () => known.filter(isOf)),
      isOf,
    }));
    const answers = await Promise.allSettled(parts.map(({ answer }) => answer));
    const isWhole = answers.every(({ status }) => status === 'fulfilled');
    const now = isWhole ? this.#lists.map(({ list }) => list.entries) : [];
    const isSame = isWhole && now.every((entries, index) => entries === this.#answered[index]);
    this.#answered = now;
    if (isSame) return { found: known, problem: undefined };
    return readParts(
      parts.map(({ answer, isOf }) => ({ read: () => answer, isOf })),
      known,
    );
  }

  async close(): Promise<void> {
    await Promise.all((this.#lists ?? []).map(({ list }) => list.close()));
  }

  async #open(): Promise<readonly Part[]> {
    const { surroundings, createHttpClient } = this.#parts;
    const { labelSelector, fieldSelector } = this.#config;
    const { url, http } = clusterOf(this.#config, surroundings);
    const namespaces = await namespacesOf(this.#config, surroundings);
    return namespaces.map((namespace) => ({
      list: new PodList(
        createPodApi(createHttpClient(http), url, { namespace, labelSelector, fieldSelector }),
      ),
      isOf: ({ __meta_kubernetes_namespace: of }) => namespace === undefined || of === namespace,
    }));
  }
}
