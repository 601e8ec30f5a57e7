import { expect } from 'chai';
import type { TargetStatus } from '../../src/web/status.ts';
import { served, words, wordsAt } from './served.ts';
import { NOW, target, verdict } from './values.ts';

const MINUTE = 60_000;
const YOUNG = target({
  detection: { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 },
  verdict: verdict('insufficient', { profiles: 1, fresh: 1, freshInEpoch: 1 }),
  nextCaptureAt: NOW + 8 * MINUTE,
  captureEveryMs: 10 * MINUTE,
});

describe('how long a verdict takes', () => {
  const said = async (status: TargetStatus) =>
    served({ targets: () => [status] }, async (url) => {
      const list = await (await fetch(`${url}/`)).text();
      const [row = ''] = list.match(/<td class="why">[^]*?<\/td>/) ?? [];
      return { row: words(row), page: await wordsAt(`${url}/targets/checkout-1`) };
    });

  it('is said where there are too few profiles, by when the next of them comes and the others after it', async () => {
    const { row, page } = await said(YOUNG);
    expect(page).to.contain(
      'That takes about 3h48m at the present pace: next capture in 8m, then every 10m while memory stays as it is.',
    );
    expect(row).to.contain('enough in about 3h48m at the present pace');
  });

  it('is longer where profiles are seldom fresh', async () => {
    const half = verdict('insufficient', { profiles: 20, fresh: 10, freshInEpoch: 10 });
    expect((await said({ ...YOUNG, verdict: half })).row).to.contain('about 4h28m');
  });

  it('is said before the first profile too', async () => {
    const { page } = await said({ ...YOUNG, verdict: undefined, nextCaptureAt: NOW - 1 });
    expect(page).to.contain(
      'That takes about 3h50m at the present pace: next capture at the next reading',
    );
  });

  it('is not said once there is a verdict, nor where no capture comes; when the next comes, is', async () => {
    const judged = await said({ ...YOUNG, verdict: verdict('quiet') });
    expect(judged.row + judged.page).to.not.contain('present pace');
    expect(judged.page).to.contain('next capture in 8m, then every 10m');
    const { nextCaptureAt: _, captureEveryMs: __, ...blind } = YOUNG;
    const { row, page } = await said(blind);
    expect(row + page).to.not.match(/present pace|next capture/);
  });
});
