import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startWeb } from '../../src/web/server.ts';
import type { Web } from '../../src/web/server.ts';
import type { TargetStatus } from '../../src/web/status.ts';
import {
  NOW,
  climb,
  dashboardOf,
  incident,
  reading,
  silentLog,
  suspect,
  target,
  verdict,
} from '../web/values.ts';
import { HAPPENINGS, STORY, WEEK } from './recorded-week.ts';

const RECORDED = join(import.meta.dirname, '../../../fixtures/demo/leaky');

/** Services of some dozen targets each, every one with its own course of memory. */
export function fleetOf(count: number): readonly TargetStatus[] {
  const states = ['quiet', 'quiet', 'growing', 'quiet', 'insufficient', 'quiet', 'quiet'] as const;
  const calm = Array.from({ length: count - 1 }, (_, index) => {
    const course = climb(60, 200 + ((index * 37) % 500), 300 + ((index * 91) % 900));
    return target({
      name: `svc-${index % 37}-${index}`,
      labels: { service: `svc-${index % 37}`, env: 'prod' },
      verdict: verdict(states[index % 7] ?? 'quiet', { reason: `no function grows: z ${index}` }),
      reading: reading({ rssBytes: course.at(-1)!.bytes }),
      recent: course.map(({ at, bytes }, step) => ({
        at,
        bytes: bytes + ((step * 7_919 * (index + 1)) % 50) * 2 ** 20,
      })),
    });
  });
  const leaking = target({
    verdict: verdict('leak', { reason: 'grows by 114MiB/h', suspects: [suspect()] }),
  });
  return [...calm, leaking];
}

/** A web server that shows these targets, each with the profiles recorded from the leaking service of the demo. */
export async function serveRecorded(targets: readonly TargetStatus[]): Promise<Web> {
  const files = (await readdir(RECORDED)).filter((file) => file.endsWith('.pb.gz')).toSorted();
  const saved = files.map((file, index) => ({
    file,
    at: NOW - (files.length - index) * 60_000,
    bytes: 9_000 + index * 100,
  }));
  return startWeb(
    { host: '127.0.0.1', port: 0, clock: { now: () => NOW, sleep: () => Promise.resolve() } },
    dashboardOf({
      targets: () => targets,
      incidents: () => [incident({ events: STORY })],
      memory: () => WEEK.points(),
      happenings: () => HAPPENINGS,
      act: () => Promise.resolve({ ok: true, message: 'read' }),
      profiles: (name) =>
        Promise.resolve(targets.some((one) => one.name === name) ? saved : undefined),
      readProfile: (_, file) => readFile(join(RECORDED, file)).catch(() => undefined),
    }),
    silentLog,
  );
}
