import { expect } from 'chai';
import { MemoryHistory } from '../../../src/memory/memory-history.ts';
import { createIllustrator } from '../../../src/notify/illustrate.ts';
import { createPictures } from '../../../src/picture/pictures.ts';
import type { Web } from '../../../src/web/server.ts';
import { startWeb } from '../../../src/web/server.ts';
import { profileBytes } from '../profiles.ts';
import {
  NOW,
  climb,
  dashboardOf,
  incident,
  reading,
  sighting,
  silentLog,
  suspect,
} from '../values.ts';

const MINUTE = 60_000;
const CREATE = 'example.com/shop/internal/session.(*Store).Create';
const KEEP = 'example.com/shop/internal/cache.Keep';
const NAMES = { memory: 'memory', growth: 'growth-1', flamegraph: 'flames' } as const;

const saved = [240, 180, 120, 60, 5].map((minutes, index) => ({
  file: `${index + 1}.pb.gz`,
  at: NOW - minutes * MINUTE,
  bytes: 9,
}));
const worst = sighting({
  coSuspects: [suspect({ function: KEEP })],
  profiles: { before: saved[0]!, after: saved.at(-1)! },
});
const other = sighting({ target: 'checkout-2', profiles: undefined });
const leak = incident({ sightings: [worst, other] });
const over = incident({
  id: 'over',
  state: 'resolved',
  sightings: [{ ...worst, state: 'resolved' }],
});

describe('the pictures of an incident', () => {
  const history = new MemoryHistory();
  for (const { at, bytes } of climb(60, 600, 1_100)) history.add(reading({ at, rssBytes: bytes }));
  const parts = {
    memory: (name: string) => (name === 'checkout-1' ? history.points() : []),
    profiles: (name: string) => Promise.resolve(name === 'checkout-1' ? saved : []),
    readProfile: (_: string, file: string) =>
      Promise.resolve(
        profileBytes(
          `main;net/http.serve;${CREATE}:17 ${file[0]}048576\nmain;${KEEP} ${file[0]}0000`,
        ),
      ),
  };
  let web: Web;
  before(async () => {
    web = await startWeb(
      { host: '127.0.0.1', port: 0, clock: { now: () => NOW, sleep: () => Promise.resolve() } },
      dashboardOf({ incidents: () => [leak, over], ...parts }),
      silentLog,
    );
  });
  after(() => web.close());

  const ask = (file: string, id = leak.id) => fetch(`${web.url}/api/v1/incidents/${id}/${file}`);

  it('are to the byte those of its mails', async () => {
    const pictures = createPictures({ threads: 1 });
    const illustrate = createIllustrator({ ...parts, pictures, log: silentLog });
    const mailed = await illustrate(leak, worst, AbortSignal.timeout(20_000));
    await pictures.close();
    for (const [name, inMail] of Object.entries(NAMES)) {
      const response = await ask(`${name}.png`);
      expect(response.headers.get('content-type')).to.equal('image/png');
      const picture = mailed.pictures.find((one) => one.name === inMail)?.png?.bytes ?? [];
      expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(picture)), name).to.equal(
        true,
      );
    }
  });

  it('are SVG too, light and dark, with what they show in words', async () => {
    const words = {
      memory: 'resident set from',
      growth: 'live from 1MiB to 4.81MiB',
      flamegraph: 'From 1.01MiB to 4.86MiB of inuse_space',
    };
    for (const [name, said] of Object.entries(words)) {
      const response = await ask(`${name}.svg`);
      expect(response.headers.get('content-type')).to.equal('image/svg+xml; charset=utf-8');
      const svg = await response.text();
      expect(svg, name)
        .to.match(/^<svg xmlns=/)
        .and.to.contain(said);
      expect(await (await ask(`${name}.svg?theme=dark`)).text(), name).to.not.equal(svg);
    }
  });

  it('show any of its suspects, and what grew also once it is over', async () => {
    const second = await (await ask('growth.svg?suspect=2')).text();
    expect(second).to.contain('cache.Keep').and.to.contain('live from 9.77KiB');
    expect((await ask('flamegraph.svg', over.id)).status).to.equal(200);
  });

  it('say in words what is not there', async () => {
    const refusals = {
      'growth.svg?suspect=3': 'nothing is there to draw it from',
      'flamegraph.png?target=checkout-2': 'nothing is there to draw it from',
      'memory.svg?target=none': '"none" has no part in this incident',
    };
    for (const [file, words] of Object.entries(refusals)) {
      const response = await ask(file);
      const { error } = (await response.json()) as { error: string };
      expect([response.status, error.includes(words)], error).to.deep.equal([404, true]);
    }
    const gone = await ask('memory.svg', 'none');
    expect([gone.status, await gone.json()]).to.deep.equal([
      404,
      { error: 'incident: none has the id "none"; /api/v1/incidents lists them' },
    ]);
  });

  it('are linked from its page', async () => {
    const page = await (await fetch(`${web.url}/incidents/${leak.id}`)).text();
    for (const name of Object.keys(NAMES)) {
      for (const format of ['svg', 'png']) {
        expect(page).to.contain(`href="../api/v1/incidents/${leak.id}/${name}.${format}"`);
      }
    }
  });
});
