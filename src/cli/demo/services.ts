import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import type { Releasers } from '../../runtime/shutdown.ts';
import { messageOf } from '../../runtime/message-of.ts';
import { buildGoProgram, findGo, startGoProgram } from './go-program.ts';
import type { LocalServer } from './local-server.ts';
import { serveRecording } from './recorded-service.ts';
import { loadRecording } from './recording.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures');
export const PROGRAMS = join(FIXTURES, 'programs');
export const RECORDINGS = join(FIXTURES, 'demo');

export interface DemoService {
  /** The name of the target. */
  readonly name: string;
  /** Of the folders under fixtures/programs and fixtures/demo. */
  readonly program: string;
  readonly args: readonly string[];
  readonly about: string;
}

export const LEAKING: DemoService = {
  name: 'shop',
  program: 'leaky',
  args: ['-max-bytes', String(400 * 2 ** 20)],
  about: 'keeps each session for ever: leaks 2MiB a second, from 5s after its start',
};

export const HEALTHY: DemoService = {
  name: 'catalog',
  program: 'warmcache',
  args: [],
  about: 'fills a cache of 32MiB faster than that, then stays there: healthy',
};

/** Where the leak is: the function that the programs' sources say it is. */
export const LEAKING_FUNCTION = 'example.com/shop/internal/session.(*Store).Create';

/** The same as people say it: a mail may leave out the first parts of an import path. */
export const LEAKING_METHOD = LEAKING_FUNCTION.slice(LEAKING_FUNCTION.lastIndexOf('/') + 1);

export interface Stage {
  readonly folder: string;
  readonly clock: Clock;
  readonly releasers: Releasers;
  readonly out: (line: string) => void;
}

export type RunningService = DemoService & { readonly url: string };

/** Starts both services: built on the spot where Go is there, else their recordings. */
export async function startServices(
  stage: Stage,
): Promise<{ readonly go: boolean; readonly services: readonly RunningService[] }> {
  const go = await buildServices(stage);
  const start = go
    ? (service: DemoService) =>
        startGoProgram(join(stage.folder, 'bin', service.program), service.args)
    : ({ program }: DemoService) => serveRecording(join(RECORDINGS, program), stage);
  const services: RunningService[] = [];
  for (const service of [LEAKING, HEALTHY]) {
    const server: LocalServer = await start(service);
    stage.releasers.add(service.name, () => server.stop());
    services.push({ ...service, url: server.url });
  }
  return { go, services };
}

async function buildServices({ folder, out }: Stage): Promise<boolean> {
  const version = await findGo();
  const recorded = await loadRecording(join(RECORDINGS, LEAKING.program));
  const instead = `serving recordings of the same two programs, made with ${recorded.go}`;
  if (version === undefined || !existsSync(PROGRAMS)) {
    out(`${version === undefined ? 'no go on the path' : 'no sources here'}: ${instead}`);
    return false;
  }
  out(`${version} found: building the two services (the first time takes a while) …`);
  try {
    for (const { program } of [LEAKING, HEALTHY]) {
      await buildGoProgram(join(PROGRAMS, program), join(folder, 'bin', program));
    }
    return true;
  } catch (error) {
    out(messageOf(error));
    out(`that failed: ${instead}`);
    return false;
  }
}

const Truth = z.object({ leakedBytes: z.number() });

/** What a service has really leaked, as it counts itself; rejects where it does not answer. */
export async function askTruth(url: string): Promise<number> {
  const response = await fetch(`${url}/truth`, { signal: AbortSignal.timeout(5_000) });
  return Truth.parse(await response.json()).leakedBytes;
}
