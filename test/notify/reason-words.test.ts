import { expect } from 'chai';
import { alertsOf } from '../../src/notify/alertmanager/alerts.ts';
import { describe as describeSighting } from '../../src/notify/describe.ts';
import { renderEmail } from '../../src/notify/email/render.ts';
import { reasonWords } from '../../src/notify/reason-words.ts';
import { HOUR, incident, notification, NOW, sighting } from './drawn.ts';

/** As long as a verdict makes it: every test that passed, the live heap, the background and what is missing. */
const LONG =
  'floor of example.com/shop/internal/session.(*Store).Create grew 27.4MiB over 25 fresh profiles in 24m (z 12.3), ' +
  'rising in 5 of 5 blocks, not levelling off: 0.98 times the earlier rate of the live heap in the later half, ' +
  'traffic explains all but 16.2MiB (needs 673.2KiB), z 5.1 (needs 3), ' +
  'only 1% of what was in use went again (at most 55%), and the live heap grew 26.9MiB, as readings count it';
const MISSING = '; leak needs 60 profiles of a process, 35 to go';
const REASON = LONG + MISSING;

describe('the reason that is told', () => {
  it('stands whole, with what is missing at its end, wherever it is told', () => {
    const one = incident({ sightings: [sighting({ reason: REASON })] });
    const [worst] = one.sightings;
    expect(describeSighting(one, worst!, NOW)).to.match(/ says so: floor of .*, 35 to go\.$/);
    const told = notification({ incident: one });
    const times = { now: NOW, holdsMs: HOUR, externalUrl: 'https://hw.example.com' };
    expect(alertsOf(told, times)[0]!.annotations.description).to.contain(`${REASON}.`);
    const context = { externalUrl: times.externalUrl, domain: 'example.com', attached: undefined };
    expect(renderEmail(told, context).text.replaceAll(/\s+/g, ' ')).to.contain(REASON);
  });

  it('is cut at a clause where there is no room, and keeps what is missing', () => {
    expect(reasonWords('grew 9MiB (z 5, needs 4), rising; at a stop; 35 to go', 40)).to.equal(
      'grew 9MiB (z 5, needs 4), …; 35 to go',
    );
    for (let most = 180; most < REASON.length; most += 1) {
      const words = reasonWords(REASON, most);
      expect(words.length).to.be.at.most(most);
      expect(words.endsWith(`, …${MISSING}`)).to.equal(true);
      const kept = words.slice(0, -`, …${MISSING}`.length);
      expect(LONG.startsWith(`${kept}, `)).to.equal(true);
      expect(kept.split('(').length).to.equal(kept.split(')').length);
    }
  });

  it('is bounded whatever a target calls its functions', () => {
    const names = [
      'x'.repeat(9_000),
      '('.repeat(9_000),
      '; '.repeat(9_000),
      '\u{1F600}'.repeat(9_000),
    ];
    for (const name of names) {
      const words = reasonWords(`floor of ${name} grew; 35 to go`);
      expect(words.length).to.be.at.most(1_200);
      expect(Buffer.from(words).toString()).to.equal(words);
    }
    expect(reasonWords(`floor of ${'x'.repeat(9_000)} grew; 35 to go`)).to.match(/x…; 35 to go$/);
  });

  it('shows no control or direction signs', () => {
    expect(reasonWords('floor of a\n\u202Eb grew')).to.equal('floor of a b grew');
  });
});
