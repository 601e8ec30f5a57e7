import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { serveRecording } from '../../../src/cli/demo/recorded-service.ts';
import { loadRecording } from '../../../src/cli/demo/recording.ts';
import type { Recording } from '../../../src/cli/demo/recording.ts';
import { retimeProfile } from '../../../src/cli/demo/retime-profile.ts';
import type { LocalServer } from '../../../src/cli/demo/local-server.ts';
import { RECORDINGS } from '../../../src/cli/demo/services.ts';

const FOLDER = join(RECORDINGS, 'leaky');
const START = Date.UTC(2031, 0, 1);

describe('a recorded service', () => {
  let now: number;
  let recording: Recording;
  let service: LocalServer;

  beforeEach(async () => {
    now = START;
    recording = await loadRecording(FOLDER);
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    service = await serveRecording(FOLDER, { clock });
  });

  afterEach(() => service.stop());

  const get = async (path: string): Promise<Buffer> =>
    Buffer.from(await (await fetch(service.url + path)).arrayBuffer());

  /** Moves the clock to where the poll at an index is the newest. */
  const playTo = (index: number): void => {
    now = START + recording.polls[index]!.atMs - recording.polls[0]!.atMs;
  };

  it('serves the profile of the moment, moved to the time of the playing', async () => {
    for (const index of [0, 1, 30]) {
      playTo(index);
      const recorded = await readFile(join(FOLDER, recording.polls[index]!.profile));
      const served = await get('/debug/pprof/heap');
      expect(gunzipSync(served)).to.deep.equal(gunzipSync(retimeProfile(recorded, now)));
    }
  });

  it('serves the memory statistics that were told right after that profile', async () => {
    playTo(7);
    const page = (await get('/debug/pprof/heap?debug=1')).toString();
    const { header, memStats } = recording.polls[7]!;
    expect(page.split('\n')[0]).to.equal(header);
    for (const line of memStats.filter((stat) => !stat.startsWith('LastGC'))) {
      expect(page).to.contain(`\n# ${line}\n`);
    }
    const [, lastGc] = /\n# LastGC = (\d+)\n/.exec(page) ?? [];
    expect(now - Number(lastGc) / 1e6).to.be.within(-100, 2_000);
  });

  it('tells goroutines on its index, and the truth about the leak', async () => {
    playTo(40);
    const { goroutines, leakedBytes } = recording.polls[40]!;
    expect((await get('/debug/pprof/')).toString()).to.contain(
      `<td>${goroutines}</td><td><a href='goroutine?debug=1'`,
    );
    expect(JSON.parse((await get('/truth')).toString())).to.deep.equal({ leakedBytes });
  });

  it('holds the last poll for good: the same bytes at any later time', async () => {
    playTo(recording.polls.length - 1);
    const last = await get('/debug/pprof/heap');
    now += 3_600_000;
    expect(await get('/debug/pprof/heap')).to.deep.equal(last);
  });

  it('has nothing at other endpoints, so that a watcher falls back on pprof', async () => {
    for (const path of ['/metrics', '/debug/vars']) {
      expect((await fetch(service.url + path)).status).to.equal(404);
    }
  });

  it('plays faster where asked to, with the profiles as far apart as they are played', async () => {
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const fast = await serveRecording(FOLDER, { clock, speed: 10 });
    try {
      const ahead = recording.polls[20]!;
      const playedMs = (ahead.atMs - recording.polls[0]!.atMs) / 10;
      now = START + playedMs + 1;
      const served = await fetch(`${fast.url}/debug/pprof/heap`);
      const recorded = await readFile(join(FOLDER, ahead.profile));
      expect(gunzipSync(Buffer.from(await served.arrayBuffer()))).to.deep.equal(
        gunzipSync(retimeProfile(recorded, START + playedMs)),
      );
    } finally {
      await fast.stop();
    }
  });
});

describe('the recordings', () => {
  it('are of a leak that goes on to the end and of a service that leaks nothing', async () => {
    const leaky = await loadRecording(join(RECORDINGS, 'leaky'));
    const warmcache = await loadRecording(join(RECORDINGS, 'warmcache'));
    const leaked = leaky.polls.map(({ leakedBytes }) => leakedBytes);
    expect(leaked).to.deep.equal(leaked.toSorted((a, b) => a - b));
    expect(leaked.at(-1)).to.be.above(64 * 2 ** 20);
    expect(new Set(warmcache.polls.map(({ leakedBytes }) => leakedBytes))).to.deep.equal(
      new Set([0]),
    );
  });

  it('hold a fresh profile at each poll: the count of GCs never stands still', async () => {
    for (const program of ['leaky', 'warmcache']) {
      const { polls } = await loadRecording(join(RECORDINGS, program));
      const gcs = polls.map(({ memStats }) =>
        Number(/NumGC = (\d+)/.exec(memStats.join('\n'))?.[1]),
      );
      expect(gcs).to.deep.equal([...new Set(gcs)].toSorted((a, b) => a - b));
    }
  });

  it('are refused with file and field where a reading is broken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-test-'));
    try {
      const text = await readFile(join(FOLDER, 'readings.json'), 'utf8');
      await writeFile(join(folder, 'readings.json'), text.replace('"0002.pb.gz"', '"../secret"'));
      const problem = await loadRecording(folder).catch(String);
      expect(problem).to.contain(join(folder, 'readings.json')).and.contain('polls[1].profile');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
