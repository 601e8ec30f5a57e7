import { expect } from 'chai';
import { parseMatcher } from '../../src/config/matcher.ts';
import type { Matcher } from '../../src/config/config.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { createDesk } from '../../src/notify/desk.ts';
import type { Acknowledgement, Silence } from '../../src/notify/silences.ts';
import { createTeller } from '../../src/notify/teller.ts';
import { receiver, route } from '../notify/drawn.ts';
import { HeldClock } from '../notify/held-clock.ts';
import { served, wordsAt } from './served.ts';
import { NOW, incident, silentLog, target } from './values.ts';

const HOUR = 3_600_000;
const ACKNOWLEDGED: Acknowledgement = {
  incident: 'c0ffee',
  state: 'leak',
  at: NOW - HOUR,
  endsAt: NOW + 2 * HOUR + 180_000,
  by: 'ada',
  comment: 'on it',
};
const SILENCED: Silence = {
  id: 's1',
  matchers: [parseMatcher('service = checkout') as Matcher],
  startsAt: NOW - HOUR,
  endsAt: NOW + 20 * HOUR,
  createdAt: NOW - HOUR,
  createdBy: 'bob',
  comment: '',
};

/** What pages and API say of incidents of which this was said. */
async function said<T>(
  saying: Partial<Book>,
  use: (url: string) => Promise<T>,
  incidents: readonly Incident[] = [incident()],
): Promise<T> {
  const clock = new HeldClock(NOW);
  const teller = createTeller({
    persistence: {
      load: () => Promise.resolve({ ...EMPTY_BOOK, incidents, ...saying }),
      save: () => Promise.resolve(),
    },
    channels: new Map(),
    rules: { route: route(), receivers: [receiver('oncall', true)] },
    clock,
    log: silentLog,
    onOutcome: () => undefined,
  });
  await teller.start();
  const desk = createDesk(teller, clock);
  const targets = () => [target()];
  try {
    return await served({ targets, incidents: () => teller.incidents(), desk }, use);
  } finally {
    await teller.close(0);
  }
}

describe('what people said of an incident', () => {
  const BOTH = { acknowledgements: [ACKNOWLEDGED], silences: [SILENCED] };

  it('stands on its card, wherever that is, with who, until when and why', async () => {
    await said(BOTH, async (url) => {
      for (const path of ['/', '/targets/checkout-1', '/incidents/c0ffee']) {
        const page = await wordsAt(url + path);
        expect(page, path).to.contain('acknowledged by ada until 14:03 UTC · on it');
        expect(page, path).to.contain('silenced by bob until 2026-05-04 08:00 UTC');
      }
    });
  });

  it('stands in its line, where there are too many for cards', async () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      incident({ id: `i${at}`, openedAt: NOW - at }),
    );
    const acknowledgements = [{ ...ACKNOWLEDGED, incident: 'i29' }];
    await said(
      { acknowledgements },
      async (url) => {
        expect(await wordsAt(url)).to.match(
          /opened (now|\S+ ago) · acknowledged by ada until 14:03 UTC · on it · \+114MiB/,
        );
      },
      many,
    );
  });

  it('is told to programs with the incident, and is absent where nothing was said', async () => {
    const asked = async (url: string) => {
      const [one, all] = await Promise.all(
        ['incidents/c0ffee', 'incidents'].map(async (path): Promise<unknown> => {
          return (await fetch(`${url}/api/v1/${path}`)).json();
        }),
      );
      expect(all).to.deep.equal({ incidents: [one] });
      return one;
    };
    expect(await said(BOTH, asked)).to.deep.include({
      acknowledged: ACKNOWLEDGED,
      silencedBy: [SILENCED],
    });
    expect(await said({}, asked)).to.not.have.any.keys('acknowledged', 'silencedBy');
  });

  it('is not said where it holds no more: the suspect became a leak, or only a part is covered', async () => {
    const acknowledgements = [{ ...ACKNOWLEDGED, state: 'suspect' as const }];
    const matchers = [parseMatcher('service = another') as Matcher];
    const silences = [{ ...SILENCED, matchers }];
    await said({ acknowledgements, silences }, async (url) => {
      expect(await wordsAt(url)).to.not.match(/acknowledged by|silenced by/);
      expect(await wordsAt(`${url}/incidents/c0ffee`)).to.contain(
        'it holds no more, since the suspect became a leak',
      );
    });
  });
});
