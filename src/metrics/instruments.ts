import { Counter, Gauge, Histogram, collectDefaultMetrics } from 'prom-client';
import type { Registry } from 'prom-client';

export interface MetricsPage {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Makes instruments, all under one prefix, and runs at each scrape what makes their newest values. */
export type Instruments = ReturnType<typeof instrumentsOf>;

export function instrumentsOf(registry: Registry) {
  const named = (name: string, help: string) => ({
    name: `heapwarden_${name}`,
    help,
    registers: [registry],
  });
  const refreshers: (() => void)[] = [];
  const texts: (() => Promise<readonly Uint8Array[]>)[] = [];
  return {
    beforeScrape: (refresh: () => void): void => void refreshers.push(refresh),
    /** Further lines of the page, made at each scrape, in UTF-8. */
    alsoScrape: (text: () => Promise<readonly Uint8Array[]>): void => void texts.push(text),
    scrape: async (): Promise<MetricsPage> => {
      for (const refresh of refreshers) refresh();
      const further = await Promise.all(texts.map((text) => text()));
      const own = Buffer.from(await registry.metrics());
      return { contentType: registry.contentType, body: Buffer.concat([own, ...further.flat()]) };
    },
    gauge: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Gauge({ ...named(name, help), labelNames }),
    counter: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Counter({ ...named(name, help), labelNames }),
    histogram: (name: string, help: string, buckets: readonly number[]) =>
      new Histogram({ ...named(name, help), buckets: [...buckets] }),
  };
}

/** Gauges that prom-client names like counters; it gives the same figures under names without `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The process's own metrics by their usual names, without those that `promtool check metrics` refuses. */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}
