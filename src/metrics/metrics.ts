import { Registry } from 'prom-client';
import type { Clock } from '../runtime/clock.ts';
import { systemClock } from '../runtime/clock.ts';
import { daemonMetrics, sayBuild } from './daemon-metrics.ts';
import { incidentMetrics } from './incident-metrics.ts';
import { addProcessMetrics, instrumentsOf } from './instruments.ts';
import { targetMetrics } from './target-metrics.ts';
import type { ReadingOutcome } from './work-metrics.ts';
import { workMetrics } from './work-metrics.ts';

/** What the parts report as it happens, and the page that Prometheus scrapes. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the daemon, in a registry of its own. Ages and times left are worked out at each scrape. */
export function createMetrics(build: { readonly version: string }, clock: Clock = systemClock) {
  const registry = new Registry();
  addProcessMetrics(registry);
  const make = instrumentsOf(registry);
  sayBuild(make, build.version);
  const target = targetMetrics(make, clock);
  const identity = incidentMetrics(make);
  const work = workMetrics(make);
  return {
    ...target,
    ...work,
    ...daemonMetrics(make, clock),
    ...identity,
    readingDone: (name: string, outcome: ReadingOutcome, seconds: number): void => {
      target.targetUp(name, outcome === 'success');
      work.readingDone(outcome, seconds);
    },
    /** Removes every series of a target that is watched no more, but for those of incidents that go on. */
    forgetTarget: (name: string): void => {
      target.forgetTarget(name);
      identity.forgetLabels(name);
    },
    /** The Prometheus text page. */
    page: () => make.scrape(),
  };
}
