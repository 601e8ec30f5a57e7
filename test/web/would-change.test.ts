import { expect } from 'chai';
import type { VerdictState } from '../../src/growth/verdict.ts';
import { startWeb } from '../../src/web/server.ts';
import { explainVerdict } from '../../src/web/would-change.ts';
import { dashboardOf, silentLog, target, verdict } from './values.ts';

const DETECTION = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 };

const explained = (state: VerdictState, parts: Parameters<typeof verdict>[1] = {}) =>
  explainVerdict(target({ verdict: verdict(state, parts), detection: DETECTION }));

describe('what would change a verdict', () => {
  it('is said of every state, with the figures of the configuration', () => {
    const words = (state: VerdictState) => explained(state, { freshInEpoch: 9 })?.wouldChange;
    expect(words('insufficient')).to.equal('15 more fresh profiles of the running process');
    expect(words('quiet')).to.contain('growing by 4MiB and beyond the noise');
    expect(words('growing')).to.contain('makes it a suspect');
    expect(words('suspect')).to.contain('the same over 240 profiles makes it a leak');
    expect(words('leak')).to.contain('the incident ends when');
  });

  it('is said of every test, met or not', () => {
    const names = ['growth', 'persistence', 'saturation', 'traffic', 'turnover', 'live heap'];
    const tests = names.flatMap((name) =>
      [true, false].map((passed) => ({ name, passed, reason: '' })),
    );
    const told = explained('growing', { tests })?.tests.map(({ wouldChange }) => wouldChange);
    expect(new Set(told).size).to.equal(12);
    expect(told).to.not.include(undefined);
  });

  it('is on the page and in the API', async () => {
    const quiet = target({ verdict: verdict('quiet', { tests: [] }), detection: DETECTION });
    const starting = target({ name: 'new', verdict: undefined });
    const web = await startWeb(
      { host: '127.0.0.1', port: 0 },
      dashboardOf({ targets: () => [quiet, starting] }),
      silentLog,
    );
    const page = await (await fetch(`${web.url}/targets/checkout-1`)).text();
    expect(page).to.match(/What would change it: the floor of a function growing by 4MiB/);
    expect(await (await fetch(`${web.url}/targets/new`)).text()).to.contain('the first profile');
    const url = `${web.url}/api/v1/targets/checkout-1/verdict`;
    const told = (await (await fetch(url)).json()) as { state: string; wouldChange: string };
    expect(told).to.include({ state: 'quiet', wouldChange: explainVerdict(quiet)?.wouldChange });
    expect((await fetch(url.replace('checkout-1', 'none'))).status).to.equal(404);
    await web.close();
  });
});
