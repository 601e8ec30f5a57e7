import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { FIRST_LOOK } from '../../src/notify/first-look.ts';
import { incidentCard } from '../../src/web/incident-card.ts';
import { incidentPage } from '../../src/web/incident-page.ts';
import { suspectList } from '../../src/web/suspects.ts';
import { NOW, incident, sighting, suspect } from './values.ts';

const VIEW = { now: NOW, root: '../', baseUrl: 'http://127.0.0.1:9899' };

describe('the page of an incident', () => {
  it('begins with how fast it grows, how long that can go on, and what to look at', async () => {
    const top = await beginning(incident());
    expect(top).to.contain('+114MiB/h · limit of 2GiB reached in 8h grows by 114MiB/h over 6h');
    expect(top).to.contain(FIRST_LOOK.heap);
  });

  it('forecasts nothing at its beginning of what is not seen or over', async () => {
    const unseen = sighting({ quiet: { fromFresh: 0, sinceRestart: true } });
    const over = incident({ state: 'resolved', sightings: [sighting({ state: 'resolved' })] });
    for (const one of [incident({ sightings: [unseen] }), over]) {
      expect(await beginning(one)).to.not.match(/reached in|\+114MiB/);
    }
    expect(await beginning(over)).to.not.contain(FIRST_LOOK.heap);
  });

  it('links the pictures that its mails have, by what grows', async () => {
    const pictures = async (kind: Incident['kind']) => {
      const page = words(String(await incidentPage(incident({ kind }), VIEW, {})));
      return /The pictures of its mails: (.*?)PNG \./.exec(`${page} .`)?.[1] ?? page;
    };
    expect(await pictures('goroutine')).to.match(/memory as .*growth as /);
    expect(await pictures('off_heap')).to.match(/memory as .*growth as /);
    expect(await pictures('profiler')).to.not.contain('growth as');
  });

  it('tells no rate of less than nothing', async () => {
    const one = suspect({ growthBytesPerHourLow: -(2 ** 20) });
    const page = words(
      String(await suspectList({ target: 'checkout-1', unreadSince: undefined }, [one], VIEW)),
    );
    expect(page).to.match(/\(0B\/h to \+122\.1MiB\/h\)/);
    const outside = incident({ kind: 'off_heap', sightings: [sighting({ suspect: one })] });
    expect(words(String(await incidentPage(outside, VIEW, {})))).to.contain(
      '(0B/h to +122.1MiB/h)',
    );
  });

  it('names the targets too that it has no row for, as many as the card counts', async () => {
    const one = incident({ unlistedTargets: ['checkout-101', 'checkout-102'] });
    const page = String(await incidentPage(one, VIEW, {}));
    expect(page).to.contain('../targets/checkout-101').and.contain('../targets/checkout-102');
    expect(words(page)).to.contain('and 2 more, that grow less: checkout-101, checkout-102');
    expect(words(String(await incidentCard(one, VIEW)))).to.contain('3 targets');
  });
});

/** Its words up to the table of the targets, which is as much as a phone shows. */
async function beginning(one: Incident): Promise<string> {
  const page = String(await incidentPage(one, VIEW, {}));
  const [top = ''] = page.split('<h2>Targets</h2>');
  return words(top);
}

function words(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',');
}
