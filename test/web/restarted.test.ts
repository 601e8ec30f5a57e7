import { expect } from 'chai';
import type { Dashboard } from '../../src/web/status.ts';
import { profileBytes } from './profiles.ts';
import { served, wordsAt } from './served.ts';
import { NOW, reading, target } from './values.ts';

const HOUR = 3_600_000;
const STARTED = NOW - 1.5 * HOUR;
const saved = [4, 3, 2, 1].map((hours) => ({
  file: `${hours}h-ago.pb.gz`,
  at: NOW - hours * HOUR,
  bytes: 9,
}));
const sizeOf = (file: string): number => (file.startsWith('4') ? 32 : 1) * 2 ** 20;

/** A process that was replaced by another between the last two of four profiles. */
function restarted(startedAt: number, profiles = saved): Partial<Dashboard> {
  const memory = [3.5, 2.5, 1.25, 0.5].map((hours) => ({
    at: NOW - hours * HOUR,
    heapInuseBytes: 1,
    rssBytes: 1,
    stackInuseBytes: undefined,
    goroutines: undefined,
    startedAt: NOW - hours * HOUR < startedAt ? NOW - 9 * HOUR : startedAt,
  }));
  return {
    targets: () => [target({ reading: reading({ startedAt }) })],
    memory: () => memory,
    profiles: () => Promise.resolve(profiles),
    readProfile: (_, file) => Promise.resolve(profileBytes(`main;cache.Put ${sizeOf(file)}`)),
  };
}

describe('the profiles of a target that was restarted', function () {
  this.timeout(60_000);

  it('are compared with those of the same process, unless others are chosen', async () => {
    await served(restarted(NOW - 3.25 * HOUR), async (url) => {
      const page = await (await fetch(`${url}/targets/checkout-1`)).text();
      expect(page).to.contain(
        `go tool pprof -diff_base ${url}/targets/checkout-1/profiles/3h-ago.pb.gz ${url}/targets/checkout-1/profiles/1h-ago.pb.gz`,
      );
      expect(page).to.match(/name="before"\s+value="3h-ago.pb.gz"[^>]*checked/);
      expect(page.match(/first of another process/g)).to.have.length(1);
      const compared = await wordsAt(`${url}/targets/checkout-1/compare`);
      expect(compared)
        .to.contain('profiles/3h-ago.pb.gz')
        .and.not.contain('A restart lies between');
    });
  });

  it('are marked where two that are compared are of different processes', async () => {
    await served(restarted(STARTED), async (url) => {
      const path = 'targets/checkout-1/compare?before=4h-ago.pb.gz&after=1h-ago.pb.gz';
      const page = await wordsAt(`${url}/${path}`);
      expect(page).to.contain('-31MiB (-96.9%) of inuse_space');
      expect(page).to.contain(
        'A restart lies between: the two are of different processes of checkout-1, the later of which came 1h30m ago.',
      );
      const json: unknown = await (await fetch(`${url}/api/v1/${path}`)).json();
      expect(json).to.include({ restartedAt: STARTED });
      const same = 'targets/checkout-1/compare?before=4h-ago.pb.gz&after=2h-ago.pb.gz';
      expect(await (await fetch(`${url}/api/v1/${same}`)).json()).to.not.have.property(
        'restartedAt',
      );
    });
  });

  it('are looked at alone where the running process has given one', async () => {
    await served(restarted(STARTED), async (url) => {
      expect(await wordsAt(`${url}/targets/checkout-1`)).to.contain(
        `go tool pprof ${url}/targets/checkout-1/profiles/1h-ago.pb.gz`,
      );
      expect(await wordsAt(`${url}/targets/checkout-1/compare`)).to.contain('what is held');
    });
  });
});
