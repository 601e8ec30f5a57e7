import { expect } from 'chai';
import { join } from 'node:path';
import type { Verdict } from '../../src/growth/verdict.ts';
import { suspect } from '../incident/report.ts';
import { FIXTURES } from './record-plan.ts';
import { RateLog } from './rates.ts';
import { readSeries } from './series.ts';

describe('the rates told in a series', () => {
  it('are held against what it leaks in the hour after, while the one who leaks is suspected', async () => {
    const { meta, polls } = await readSeries(join(FIXTURES, 'linked-list-128k-1.series'));
    const [name = ''] = meta.culprits[0]?.allocators ?? [];
    const log = new RateLog(meta);
    for (const poll of polls) {
      const verdict: Verdict = {
        state: poll.poll === 100 || poll.poll === 290 ? 'suspect' : 'growing',
        suspects: [suspect(`${name} < ${name}`), suspect('append < cart.Add')],
        reason: '',
        tests: [],
        profiles: 0,
        fresh: 0,
        epochs: 1,
        freshInEpoch: 0,
      };
      log.see(poll, verdict);
    }
    const leaked = (poll: number) => polls[poll]?.leakedBytes ?? NaN;
    expect(log.told).to.have.length(1);
    expect(log.told[0]).to.deep.include({ rate: 100 * 2 ** 20, true: leaked(160) - leaked(100) });
  });
});
