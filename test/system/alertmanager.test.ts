import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { createAlertmanager } from '../../src/notify/alertmanager/alertmanager.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { withAcknowledgement } from '../../src/notify/silences.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Log } from '../../src/runtime/log.ts';
import { HOUR, incident, MINUTE, NOW, route, sighting } from '../notify/drawn.ts';
import { partsOf, posted, say } from '../notify/drawn-channels.ts';
import { startAlertmanager, type RealAlertmanager } from '../support/real-alertmanager.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

interface QueriedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

describe('a real Alertmanager', () => {
  let alertmanager: RealAlertmanager;

  before(async function () {
    this.timeout(60_000);
    alertmanager = await startAlertmanager();
  });

  after(() => alertmanager?.stop());

  async function query(): Promise<readonly QueriedAlert[]> {
    const { stdout } = await promisify(execFile)('amtool', [
      'alert',
      'query',
      `--alertmanager.url=${alertmanager.url}`,
      '--output=json',
      'alertname=GoHeapLeak',
    ]);
    return JSON.parse(stdout) as QueriedAlert[];
  }

  async function tell(parts: Parameters<typeof say>[1]): Promise<void> {
    const channel = createAlertmanager(partsOf({ ...posted(alertmanager.url), resendMs: 60_000 }));
    expect(await say(channel, parts)).to.deep.include({ kind: 'sent' });
  }

  const severities = async () => (await query()).map(({ labels }) => labels['severity']);

  it('takes the alert, sees it escalate as one, and sees it resolve', async function () {
    this.timeout(60_000);
    await tell({});
    const [alert] = await until('amtool sees it', 30_000, async () => {
      const alerts = await query();
      return alerts.length > 0 ? alerts : undefined;
    });
    expect(alert!.labels).to.include({ target: 'a', service: 'checkout', severity: 'warning' });
    expect(alert!.annotations).to.include.keys('summary', 'description', 'first_look');

    const leak = { state: 'leak', sightings: [leaking(Date.now())] } as const;
    await tell({
      incident: incident(leak),
      cause: 'escalated',
      alerts: [{ target: 'a', severity: 'warning' }],
    });
    await until('only the critical one', 30_000, async () =>
      (await severities()).join() === 'critical' ? true : undefined,
    );

    const over = incident({ state: 'resolved', resolvedAt: Date.now() });
    await tell({
      incident: over,
      cause: 'resolved',
      alerts: [{ target: 'a', severity: 'critical' }],
    });
    await until('none', 30_000, async () => ((await query()).length === 0 ? true : undefined));
  });
});

interface Message {
  readonly alerts: readonly {
    readonly status: string;
    readonly endsAt: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

describe('what a real Alertmanager tells people', () => {
  let people: WebhookReceiver;
  let alertmanager: RealAlertmanager;
  let teller: Teller;

  beforeEach(async function () {
    this.timeout(60_000);
    people = await openWebhookReceiver();
    alertmanager = await startAlertmanager(people.url);
  });

  afterEach(async () => {
    await teller?.close(1_000);
    await alertmanager?.stop();
    await people.close();
  });

  async function start(book: Book = EMPTY_BOOK): Promise<void> {
    const config = { ...posted(alertmanager.url), resendMs: 1_000 };
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: () => {},
      with: () => log,
    };
    teller = createTeller({
      persistence: { load: async () => JSON.parse(JSON.stringify(book)), save: async () => {} },
      channels: new Map([['oncall/alertmanager_configs[0]', createAlertmanager(partsOf(config))]]),
      rules: {
        route: route(),
        receivers: [{ name: 'oncall', emails: [], webhooks: [], alertmanagers: [config] }],
      },
      clock: systemClock,
      log,
      onOutcome: () => {},
    });
    await teller.start();
  }

  const report = (now: Incident) =>
    teller.report(() => ({ incidents: [now], changes: ['changed'] }));

  /** Each message as its alerts in one line. */
  const messages = () =>
    people.requests.map(({ raw }) => {
      const { alerts } = JSON.parse(raw) as Message;
      return alerts
        .map(({ status, labels, endsAt }) => {
          const end = status === 'resolved' ? ` at ${Date.parse(endsAt)}` : '';
          const kind = labels['kind'] === 'heap' ? '' : ` ${labels['kind']}`;
          return `${labels['severity']}${kind} ${status}${end}`;
        })
        .toSorted()
        .join(', ');
    });

  async function told(message: string, times: number): Promise<void> {
    await until(`${times} times: ${message}`, 40_000, async () =>
      messages().filter((each) => each === message).length >= times ? true : undefined,
    );
  }

  it('names one end, the true one, when an alert becomes critical', async function () {
    this.timeout(90_000);
    await start();
    await report(incident());
    await told('warning firing', 2);
    const since = Date.now();
    await report(incident({ state: 'leak', sightings: [leaking(since)] }));
    const escalated = `critical firing, warning resolved at ${since}`;
    await told(escalated, 3);
    // One that falls between a turn that was told and the next has the end no more.
    const kinds = new Set(messages());
    kinds.delete('critical firing');
    expect([...kinds]).to.deep.equal(['warning firing', escalated]);
  });

  it('names one end, the true one, when goroutines turn out to hold the memory', async function () {
    this.timeout(90_000);
    await start();
    await report(incident());
    await told('warning firing', 2);
    const turnedAt = Date.now();
    await report(incident({ kind: 'goroutine', turnedAt }));
    const turned = `warning goroutine firing, warning resolved at ${turnedAt}`;
    await told(turned, 3);
    const kinds = new Set(messages());
    kinds.delete('warning goroutine firing');
    expect([...kinds]).to.deep.equal(['warning firing', turned]);
  });

  it('is no end while somebody is at it, and the end when it is over', async function () {
    this.timeout(90_000);
    await start();
    await report(incident());
    await told('warning firing', 2);
    const [at, endsAt] = [Date.now(), Date.now() + HOUR];
    const taken = {
      incident: 'one',
      state: 'suspect',
      at,
      endsAt,
      by: 'ada',
      comment: '',
    } as const;
    await teller.amend((book) => withAcknowledgement(book, taken));
    // An Alertmanager that is told nothing takes it for over after four turns of a second each.
    await told('warning firing', messages().length + 6);
    expect([...new Set(messages())]).to.deep.equal(['warning firing']);
    const over = Date.now();
    const sightings = [sighting({ state: 'resolved', at: over })];
    await report(incident({ state: 'resolved', resolvedAt: over, sightings }));
    await told(`warning resolved at ${over}`, 1);
  });

  for (const [title, alerts] of [
    ['was critical from the beginning', []],
    ['has been critical for long', [{ warningEndedAgo: 16 * MINUTE }]],
  ] as const) {
    it(`is nothing but that it fires, of what ${title}`, async function () {
      this.timeout(90_000);
      const leak = incident({ state: 'leak', sightings: [leaking(NOW)] });
      await start(bookTelling(leak, alerts));
      await told('critical firing', 4);
      expect([...new Set(messages())]).to.deep.equal(['critical firing']);
    });
  }
});

function leaking(leakSince: number) {
  return sighting({ state: 'leak', leakSince });
}

/** As it is saved while the incident stands as critical. */
function bookTelling(leak: Incident, ended: readonly { warningEndedAgo: number }[]): Book {
  const ends = ended.map(
    ({ warningEndedAgo }) =>
      ({ target: 'a', severity: 'warning', endedAt: Date.now() - warningEndedAgo }) as const,
  );
  const last = { at: NOW, state: 'firing', severity: 'critical', targets: ['a'] } as const;
  const record = {
    incident: leak.id,
    receiver: 'oncall',
    channel: 'alertmanager_configs[0]',
    said: 1,
    last: { ...last, functions: [leak.function], limitReachedAt: undefined },
    decision: 'opened',
    alerts: [{ target: 'a', severity: 'critical' } as const, ...ends],
  };
  return { ...EMPTY_BOOK, incidents: [leak], told: [record] };
}
