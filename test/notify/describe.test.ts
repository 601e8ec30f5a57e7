import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import type { Sighting } from '../../src/incident/incident.ts';
import { describe as describeSighting } from '../../src/notify/describe.ts';
import { renderEmail } from '../../src/notify/email/render.ts';
import { summarise } from '../../src/notify/summary.ts';
import { webhookPayload } from '../../src/notify/webhook/payload.ts';
import { headline } from '../../src/notify/words.ts';
import { pileWords } from '../../src/watch/kind-reports.ts';
import { incident, MINUTE, notification, NOW, sighting } from './drawn.ts';

const MIB = 2 ** 20;
const URL = 'https://hw.example.com';
const MAIL = { externalUrl: URL, domain: 'example.com', attached: undefined };
const NAME = 'shop/internal/session.(*Store).Create';
/** With a forecast of the former process, as older files have it. */
const MEMORY = { ...sighting().memory, readingBytes: 13 * MIB, limitReachedAt: NOW - MINUTE };

const RESTARTED = sighting({
  state: 'leak',
  memory: MEMORY,
  reason: 'only 1 of 24 fresh profiles of the running process',
  quiet: { fromFresh: 0, sinceRestart: true, restartedAt: NOW - MINUTE },
});

const UNSEEN = sighting({
  state: 'leak',
  memory: MEMORY,
  reason: 'nothing grows',
  quiet: { fromFresh: 100, sinceRestart: false },
});

function told(one: Sighting) {
  return notification({
    incident: incident({ state: 'leak', sightings: [one] }),
    cause: 'repeated',
  });
}

describe('what is told of a leak', () => {
  it('says whom the incident is named for, where the newest verdict names another', () => {
    const words = (named: string): string =>
      describeSighting(incident({ function: named }), sighting(), NOW);
    const { function: suspected } = sighting().suspect;
    expect(words('shop/api.Login')).to.match(
      /still in use\. The incident is named for shop\/api\.Login, on the same call path\. Memory /,
    );
    expect(words(suspected)).not.to.contain('named for');
  });

  it('does not say of a target that is no longer watched that it grows no more', () => {
    const reason = 'the target is no longer listed';
    const one = sighting({ state: 'resolved', reason, isLeft: true });
    const over = incident({ state: 'resolved', resolvedAt: NOW, sightings: [one] });
    const { text } = renderEmail(notification({ incident: over, cause: 'resolved' }), MAIL);
    for (const words of [headline(over, one, NOW), describeSighting(over, one, NOW), text]) {
      expect(words).to.match(/no longer watched|Nobody watches any more/);
      expect(words).not.to.match(/no longer grows|no longer piles up/);
    }
    expect(describeSighting(over, one, NOW)).to.contain(reason);
  });

  it('says why it is in its state, and apart from that what a newer verdict says', () => {
    const one = sighting({ reason: 'grows without end', atPresent: 'levelling off' });
    expect(describeSighting(incident(), one, NOW)).to.match(
      /Why heapwarden says so: grows without end\. At present: levelling off\.$/,
    );
    const { text, html } = renderEmail(told(one), MAIL);
    expect(text).to.match(/WHY HEAPWARDEN SAYS SO\ngrows without end\nAt present: levelling off\n/);
    expect(html).to.contain('At present: levelling off');
  });

  it('tells no growth of less than nothing, however wide what it is known by', () => {
    const { suspect } = sighting();
    const wide = sighting({ suspect: { ...suspect, growthBytesPerHourLow: -322 * MIB } });
    const { text } = renderEmail(told(wide), MAIL);
    for (const words of [text, describeSighting(incident(), wide, NOW)])
      expect(words).to.contain('182MiB/h (0B/h to 212MiB/h)');
  });

  it('says since when the rate is what it is, and what it is in the mean, where it was another before', () => {
    const { suspect, ...one } = sighting();
    const words = (rateSince?: number): string => {
      const changed = rateSince === undefined ? suspect : { ...suspect, rateSince };
      return describeSighting(incident(), { ...one, suspect: changed }, NOW);
    };
    expect(words()).to.match(/\(152MiB\/h to 212MiB\/h\), 364MiB since \S+ \S+ UTC, and 97%/);
    expect(words(suspect.since + 0.05 * (sighting().at - suspect.since))).to.equal(words());
    expect(words(NOW - 30 * MINUTE)).to.match(
      /\(152MiB\/h to 212MiB\/h\) since \S+ \S+ UTC, 364MiB in all since \S+ \S+ UTC \(182MiB\/h in the mean\), and 97%/,
    );
  });

  it('says at what rate the limit is reached, where more is suspected than the one function', () => {
    const alone = sighting();
    const memory = { ...alone.memory, bytesPerHour: 240 * MIB };
    expect(headline(incident(), { ...alone, memory }, NOW)).to.equal(
      `checkout: 182MiB/h in ${NAME}, limit in 5h40m at 240MiB/h in all`,
    );
    expect(describeSighting(incident(), { ...alone, memory }, NOW)).to.contain(
      '; limit in 5h40m at 240MiB/h in all (between 4h50m and 6h50m). ',
    );
    const inSight = { ...memory, limitReachedAt: undefined };
    expect(headline(incident(), { ...alone, memory: inSight }, NOW)).to.match(
      /, limit not in sight$/,
    );
    const atOnce = { ...alone.memory, bytesPerHour: 182 * MIB + 1 };
    expect(headline(incident(), { ...alone, memory: atOnce }, NOW)).to.match(/, limit in 5h40m$/);
  });
});

describe('what is told of a leak long after the last report', () => {
  const later = NOW + 72 * 60 * MINUTE;

  it('says when memory was read and for when the limit was foreseen, and not that it is reached', () => {
    const words = describeSighting(incident(), sighting(), later);
    expect(words).to.contain(
      'Memory (resident set) is 1012MiB of 2GiB (49%) as read 2026-03-01 14:00 UTC; ' +
        'limit foreseen for 2026-03-01 19:40 UTC. ',
    );
    expect(headline(incident(), sighting(), later)).to.match(
      /, limit foreseen for 2026-03-01 19:40 UTC$/,
    );
    const mail = renderEmail({ ...told(sighting()), createdAt: later }, MAIL).text;
    expect(mail).to.match(/foreseen for 2026-03-01 19:40 UTC$/m);
    expect(mail).not.to.match(/limit reached|between now/);
    const fresh = describeSighting(incident(), sighting(), NOW + 9 * MINUTE);
    expect(fresh).not.to.contain('as read');
  });
});

describe('what is told of a leak that is not seen at present', () => {
  it('says that the process was restarted and when, its present memory, and no forecast', () => {
    expect(describeSighting(incident(), RESTARTED, NOW)).to.equal(
      'The process was restarted (seen 2026-03-01 13:59 UTC), and there are not enough profiles yet to say ' +
        'whether the leak is gone. Before that, memory allocated in example.com/shop/internal/session.(*Store).Create ' +
        '(…/session/session.go:17) was not freed: it grew by 182MiB/h (152MiB/h to 212MiB/h), 364MiB in all. ' +
        'Memory (resident set) is 13MiB of 2GiB (1%); no forecast yet. ' +
        'Why heapwarden says so: only 1 of 24 fresh profiles of the running process.',
    );
    expect(headline(incident(), RESTARTED, NOW)).to.equal(
      `checkout: restarted, too early to say whether it still grows: ${NAME}`,
    );
  });

  it('says that the newest verdict does not show it, where the process is the same', () => {
    expect(describeSighting(incident(), UNSEEN, NOW)).to.match(
      /^It is not seen at present, and .* When it was last seen, memory .* is 13MiB of 2GiB \(1%\); no forecast yet\. Why heapwarden says so: nothing grows\.$/,
    );
    expect(headline(incident(), UNSEEN, NOW)).to.equal(
      `checkout: not seen to grow at present, too early to say that it is over: ${NAME}`,
    );
  });

  it('says since when it has not grown, where the profiles tell', () => {
    const still = { ...UNSEEN, quiet: { ...UNSEEN.quiet!, stillSince: NOW - 20 * MINUTE } };
    expect(describeSighting(incident(), still, NOW)).to.match(
      /^It has not grown since 2026-03-01 13:\d\d UTC, and there are not enough profiles yet to say that the leak is gone\. When it was last seen, /,
    );
  });

  it('says of other kinds what went on too', () => {
    expect(describeSighting(incident({ kind: 'off_heap' }), RESTARTED, NOW)).to.contain(
      'Before that, the process grew by memory outside of Go: 182MiB/h',
    );
    expect(describeSighting(incident({ kind: 'goroutine' }), RESTARTED, NOW)).to.contain(
      'Before that, goroutines piled up: 182MiB/h',
    );
  });

  it('is nowhere told as of the present, in chats, pagers and mails', () => {
    const { facts } = summarise(told(RESTARTED), URL);
    const values = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
    expect(values).to.deep.include({
      Growth: '182MiB/h before the restart',
      Memory: '13MiB of 2GiB (1%)',
      Outlook: 'no forecast yet',
    });
    const { text, html, subject } = renderEmail(told(RESTARTED), MAIL);
    for (const body of [text, html]) {
      expect(body).to.contain('The process was restarted (seen 2026-03-01 13:59 UTC)');
      expect(body).to.contain('182MiB/h (152MiB/h to 212MiB/h) before the restart');
      expect(body).to.contain('no forecast yet');
      expect(body).to.not.match(/is not freed|has gone on since|limit reached|, at 2026-/);
    }
    expect(subject).to.contain('restarted');
  });
});

describe('what is told of a target that gives no readings', () => {
  const WHY = 'http://10.0.0.7:6060/metrics: connect ECONNREFUSED';
  const SINCE = NOW - 155_000;
  const { memory } = sighting();
  const SILENT = sighting({
    state: 'leak',
    at: SINCE,
    memory: { ...memory, limitReachedAt: undefined, limitReachedAtEarliest: undefined },
    unread: { since: SINCE, why: WHY },
  });
  const DEAD = { ...SILENT, unread: { since: SINCE, why: WHY, nearLimit: true as const } };

  it('says since when and why, and what was so when it was last read, and foresees nothing', () => {
    expect(describeSighting(incident(), SILENT, NOW)).to.equal(
      'There is no reading since 2026-03-01 13:57 UTC, for 2m35s ' +
        `(${WHY}), so nobody knows whether it still grows, or runs at all. When it was last read, memory allocated in example.com/shop/internal/session.(*Store).Create ` +
        '(…/session/session.go:17) was not freed: it grew by 182MiB/h (152MiB/h to 212MiB/h), 364MiB in all. ' +
        'Memory (resident set) was 1012MiB of 2GiB (49%) when last read, 2m35s ago; no forecast without readings. ' +
        `Why heapwarden says so: ${SILENT.reason}.`,
    );
    expect(headline(incident(), SILENT, NOW)).to.equal(
      `checkout: no reading of a for 2m35s, memory was 1012MiB of 2GiB (49%): ${NAME}`,
    );
    const alone = { ...SILENT, labels: {} };
    expect(headline(incident({ kind: 'off_heap' }), alone, NOW)).to.equal(
      'a: no reading for 2m35s, memory was 1012MiB of 2GiB (49%): memory outside of Go',
    );
  });

  it('says so where it may have been killed at its limit', () => {
    expect(describeSighting(incident(), DEAD, NOW)).to.contain(
      ', or runs at all; it was at its limit or near it, and may have been killed. ',
    );
    expect(headline(incident(), DEAD, NOW)).to.contain(
      'memory was 1012MiB of 2GiB (49%), it may have been killed at its limit: ',
    );
  });

  it('is told as unread though it was restarted before, and as gone where it is', () => {
    const { quiet } = RESTARTED;
    const restarted = { ...SILENT, ...(quiet && { quiet }) };
    expect(describeSighting(incident(), restarted, NOW)).to.match(
      /^There is no reading since .*, or runs at all; the process had been restarted before \(seen .*\)\. Before that, memory allocated/,
    );
    expect(headline(incident(), { ...restarted, goneAt: NOW }, NOW)).to.match(/: gone, nothing in/);
  });

  it('is told with what was known when it was last read, and with nothing known at present', () => {
    const { memory } = SILENT;
    const lastReport = { memory, atPresent: 'levelling off' };
    const stillSince = SINCE - 40 * MINUTE;
    const one = {
      ...SILENT,
      quiet: { fromFresh: 3, sinceRestart: false, stillSince },
      unread: { since: SINCE, why: WHY, lastReport },
    };
    const payload = { externalUrl: URL, sendResolved: true };
    const [alert] = webhookPayload(told(one), payload).alerts;
    const { text, html } = renderEmail(told(one), MAIL);
    for (const words of [describeSighting(incident(), one, NOW), text, html]) {
      expect(words).to.contain('; when it was last read, it had not grown for 40m.');
      expect(words).to.contain('When it was last read: levelling off');
      expect(words).to.not.match(/at present:|has not grown/i);
    }
    expect(alert?.leak).to.not.have.property('atPresent');
    const never = { ...one, quiet: { fromFresh: 3, sinceRestart: false } };
    expect(describeSighting(incident(), never, NOW)).to.contain(
      '; when it was last read, it was not seen to go on.',
    );
    const replaced = { ...one, quiet: { ...one.quiet, sinceRestart: true, inPlaceOf: 'z' } };
    expect(describeSighting(incident(), replaced, NOW)).to.contain(
      '; the process had come in place of z.',
    );
  });

  it('is nowhere told as of the present, in chats, pagers, mails and webhooks', () => {
    const { facts } = summarise(told(SILENT), URL);
    const values = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
    expect(values).to.deep.include({
      Growth: '182MiB/h when last read',
      Memory: '1012MiB of 2GiB (49%) when last read, 2m35s ago',
      Outlook: 'no forecast without readings',
    });
    const { text, html, subject } = renderEmail(told(SILENT), MAIL);
    for (const body of [text, html]) {
      expect(body).to.contain('There is no reading since 2026-03-01 13:57 UTC, for 2m35s (');
      expect(body).to.contain('182MiB/h (152MiB/h to 212MiB/h) when last read');
      expect(body).to.contain('no forecast without readings');
      expect(body).to.not.match(/is not freed|has gone on since|limit (reached|in)|, at 2026-/);
    }
    expect(subject).to.contain('no reading of a for 2m35s');
    const payload = { externalUrl: URL, sendResolved: true };
    const [alert] = webhookPayload(told(SILENT), payload).alerts;
    expect(alert?.leak).to.include({ unreadSince: '2026-03-01T13:57:25.000Z' });
    expect(alert?.leak.memory.limitReachedAt).to.equal(null);
    const [read] = webhookPayload(told(sighting()), payload).alerts;
    expect(read?.leak).to.not.have.property('unreadSince');
  });

  it('is counted among those in which it goes on', () => {
    const other = sighting({ target: 'b' });
    const fleet = incident({ sightings: [other, SILENT], scopeTargets: 8 });
    const strangers = incident({ sightings: [other, SILENT] });
    const lead = (one: Incident) => renderEmail(notification({ incident: one }), MAIL).text;
    expect(lead(fleet)).to.contain(
      'It goes on in 2 of 8 targets of checkout, 1 of them without readings; the figures are of b.',
    );
    expect(lead(strangers)).to.contain(
      'It goes on in 2 of 2 targets, 1 of them without readings; the figures are of b.',
    );
    const { facts } = summarise(notification({ incident: fleet }), URL);
    expect(facts[0]?.value).to.equal('b; 2 of 8 targets of checkout, 1 of them without readings');
    const read = incident({ sightings: [other, sighting()], scopeTargets: 8 });
    expect(lead(read)).to.not.contain('without readings');
  });

  it('says of memory when it was last read, also once nobody watches it any more', () => {
    const over = { ...SILENT, state: 'resolved' as const, isLeft: true as const };
    const ended = incident({ state: 'resolved', resolvedAt: NOW, sightings: [over] });
    const { text } = renderEmail(notification({ incident: ended, cause: 'resolved' }), MAIL);
    expect(text).to.contain('1012MiB of 2GiB (49%) when last read, 2m35s ago');
    expect(text).to.not.contain('no reading');
  });
});

describe('what is told of goroutines that pile up', () => {
  const WAIT = { function: 'shop/sess.Wait', file: 'sess.go', line: 23 };
  const SERVE = { function: 'shop/sess.Serve.func1', file: 'sess.go', line: 9 };
  const pile = (startedBy: typeof WAIT, createdIn: string | undefined) => ({
    blockedIn: WAIT,
    startedBy,
    createdIn,
    state: 'chan receive',
    stack: [],
    count: 7_435,
    grownBy: 7_000,
    perHour: 900,
    bytesEach: undefined,
    isProven: false,
  });
  const told = (...of: Parameters<typeof pile>): readonly [string, string] => [
    describeSighting(incident({ kind: 'goroutine' }), sighting({ goroutines: pile(...of) }), NOW),
    pileWords(pile(...of)),
  ];

  it('is what they run and, where that tells, what started them', () => {
    const [description, reason] = told(SERVE, 'shop/sess.Serve');
    expect(description).to.match(
      /^7435 goroutines block in shop\/sess\.Wait \(sess\.go:23; chan receive\), running shop\/sess\.Serve\.func1 \(sess\.go:9\), started by shop\/sess\.Serve: 900 more each hour/,
    );
    expect(reason).to.equal(
      '7435 block in shop/sess.Wait (chan receive), running shop/sess.Serve.func1, started by shop/sess.Serve',
    );
  });

  it('names nothing twice, and nobody as having started them who is not known to', () => {
    const [description, reason] = told(WAIT, undefined);
    expect(description).to.match(
      /^7435 goroutines block in shop\/sess\.Wait \(sess\.go:23; chan receive\): 900 more/,
    );
    expect(reason).to.equal('7435 block in shop/sess.Wait (chan receive)');
    const run = { ...SERVE, function: 'shop/sess.run' };
    expect(told(run, undefined)[1]).to.match(/, running shop\/sess\.run$/);
  });
});
