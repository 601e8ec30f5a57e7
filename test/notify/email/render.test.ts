import { expect } from 'chai';
import { renderEmail } from '../../../src/notify/email/render.ts';
import { HOUR, incident, notification, NOW, sighting } from '../drawn.ts';

const CONTEXT = {
  externalUrl: 'https://hw.example.com',
  domain: 'example.com',
  attached: undefined,
};

function render(parts: Parameters<typeof notification>[0] = {}) {
  return renderEmail(notification(parts), CONTEXT);
}

describe('renderEmail', () => {
  it('says it all in the subject: state, service, rate, function, time to the limit', () => {
    const subject = (parts: Parameters<typeof incident>[0], cause: 'opened' | 'test' = 'opened') =>
      render({ incident: incident(parts), cause }).subject;
    const name = 'shop/internal/session.(*Store).Create';
    expect(subject({ state: 'leak' })).to.equal(
      `[leak] checkout: 182MiB/h in ${name}, limit in 5h40m`,
    );
    expect(subject({}, 'test')).to.match(/^\[test\] \[suspect\] checkout: /);
    const sightings = [sighting({ state: 'resolved', at: NOW + 3 * HOUR })];
    expect(subject({ state: 'resolved', sightings })).to.equal(
      `[resolved] checkout: ${name} no longer grows, after 3h`,
    );
  });

  it('tells at the end the figures of the growth as those of the past', () => {
    const memory = { ...sighting().memory, readingBytes: 15.7 * 2 ** 20 };
    const sightings = [sighting({ state: 'resolved', memory })];
    const over = incident({ state: 'resolved', sightings });
    const { text, html } = render({ incident: over, cause: 'resolved' });
    for (const body of [text, html]) {
      expect(body)
        .to.contain('15.7MiB of 2GiB (1%)')
        .and.contain('while it grew: 182MiB/h, 374MiB in use');
    }
    expect(render().text).to.match(/^182MiB\/h, 374MiB in use$/m);
  });

  it('does not say how long it lasted where the clock was set back meanwhile', () => {
    const sightings = [sighting({ state: 'resolved', at: NOW - 3 * HOUR })];
    const over = incident({ state: 'resolved', sightings });
    expect(render({ incident: over }).subject).to.match(/ no longer grows$/);
  });

  it('says at the end by how much it grew and since when, and no rate that its standstill is part of', () => {
    const sightings = [sighting({ state: 'resolved', at: NOW + 3 * HOUR })];
    const { text } = render({ incident: incident({ state: 'resolved', sightings }) });
    expect(text).to.match(/Grew by: +364MiB since 2026-03-01 12:00 UTC$/m);
  });

  it('gives no bounds for when the limit is reached once it is', () => {
    const at = { limitReachedAt: NOW, limitReachedAtEarliest: NOW - HOUR };
    for (const bounds of [{}, { limitReachedAtLatest: undefined }, { limitReachedAtLatest: NOW }]) {
      const memory = { ...sighting().memory, limitBytes: 1, ...at, ...bounds };
      const { text } = render({ incident: incident({ sightings: [sighting({ memory })] }) });
      expect(text).to.match(/Limit: +reached$/m);
    }
  });

  it('has a list for each receiver, whatever signs its name is of', () => {
    const listOf = (receiver: string) => render({ receiver }).headers['List-Id'];
    expect(listOf('on-call-2')).to.equal('<on-call-2.heapwarden.example.com>');
    const names = [
      '运维',
      '前端',
      'team 前端',
      'team',
      'Team',
      'a_b',
      'a-b',
      'a b',
      `${'x'.repeat(70)}1`,
      `${'x'.repeat(70)}2`,
    ];
    const lists = names.map(listOf);
    expect(new Set(lists).size).to.equal(names.length);
    for (const list of lists) {
      expect(list).to.match(/^<[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.heapwarden\.example\.com>$/);
    }
  });

  it('says so where no limit is known, none is in sight, or it is reached', () => {
    const subject = (memory: object) => {
      const now = sighting({ memory: { ...sighting().memory, ...memory } });
      return render({ incident: incident({ sightings: [now] }) }).subject;
    };
    expect(subject({ limitBytes: undefined, limitReachedAt: undefined })).to.match(
      /, no limit known$/,
    );
    expect(subject({ limitReachedAt: undefined })).to.match(/, limit not in sight$/);
    const limitBytes = sighting().memory.readingBytes;
    expect(subject({ limitReachedAt: NOW, limitBytes })).to.match(/, limit reached$/);
    expect(subject({ limitReachedAt: NOW })).to.match(
      /, limit within one cycle of the garbage collector$/,
    );
  });

  for (const kind of ['text', 'html'] as const) {
    it(`shows every part of the evidence in the ${kind}`, () => {
      const body = render({ incident: incident({ state: 'leak' }), cause: 'escalated' })[kind];
      for (const part of [
        'Memory allocated in shop/internal/session.(*Store).Create is not freed.',
        '1012MiB of 2GiB (49%)',
        '182MiB/h (152MiB/h to 212MiB/h)',
        'in 5h40m (between 4h50m and 6h50m)',
        '97% of what it allocated since',
        '…/session/session.go:17',
        'allocated by shop/internal/session.newBuffer (…/session/buffer.go:22)',
        'net/http.(*conn).serve',
        '244 fresh profiles',
        'not what keeps it',
        'https://hw.example.com/incidents/one',
        'https://hw.example.com/targets/a',
      ]) {
        expect(body).to.contain(part);
      }
    });

    it(`tells in the ${kind} for how much there is room, where garbage takes a part of what is left`, () => {
      const { memory } = sighting();
      const limitReachedAt = NOW + 2 * 3_600_000;
      const body = (changes: object) =>
        render({
          incident: incident({ sightings: [sighting({ memory: { ...memory, ...changes } })] }),
        })[kind];
      expect(body({})).to.not.contain('room for');
      expect(body({ limitReachedAt })).to.contain('; room for 364MiB more, garbage aside');
    });

    it(`tells in the ${kind} what goroutines run, and that nothing of them is allocated`, () => {
      const { suspect } = sighting();
      const run = { function: 'shop/quote.run', file: '/src/quote/run.go', line: 9 };
      const sightings = [sighting({ suspect: { ...suspect, allocator: run } })];
      const body = render({ incident: incident({ kind: 'goroutine', sightings }) })[kind];
      expect(body).to.contain('running shop/quote.run (…/quote/run.go:9)');
      expect(body).to.match(/182MiB\/h, [\d.]+MiB of stacks/);
      expect(body).to.not.contain('allocated');
    });

    it(`says in the ${kind} of memory outside of Go neither a place nor a path nor how much there is`, () => {
      const nowhere = { function: 'memory outside the Go heap', file: '', line: 0 };
      const suspect = { ...sighting().suspect, ...nowhere, allocator: nowhere, stack: [] };
      const sightings = [sighting({ suspect })];
      const body = render({ incident: incident({ kind: 'off_heap', sightings }) })[kind];
      expect(body).to.contain('memory outside the Go heap').and.contain('182MiB/h');
      expect(body).to.not.match(/unknown file|call path|[\d.]+MiB in use/i);
    });

    it(`tells in the ${kind} what is new since the last message`, () => {
      const body = (news: object) => render({ cause: 'updated', ...news })[kind];
      expect(body({ news: 'also in \u001bshop-2' })) //
        .to.contain('New since the last message: also in')
        .and.contain('shop-2')
        .and.not.contain('\u001b');
      expect(body({})).to.contain('Something changed since the last message');
    });

    it(`says in the ${kind} in how many targets of the fleet it goes on`, () => {
      const sightings = [
        sighting(),
        sighting({ target: 'b' }),
        sighting({ target: 'c', state: 'resolved' }),
      ];
      const body = render({ incident: incident({ sightings }) })[kind];
      expect(body).to.contain('It goes on in 2 of 3 targets; the figures are of a.');
    });
  }

  describe('with pictures', () => {
    const picture = {
      name: 'memory',
      title: 'Memory over time',
      alt: 'heap in use from 1MiB to "2MiB"',
      spark: '▁█',
    };
    const shown = { cid: 'memory.key-1@example.com', width: 1_100, height: 550 };
    const withPictures = (...pictures: (typeof picture & { shown?: typeof shown })[]) =>
      renderEmail(notification(), { ...CONTEXT, pictures });

    it('shows each by its id, with its words for those who do not see it', () => {
      const { html, text } = withPictures({ ...picture, shown });
      const [image] = /<img[^>]*>/.exec(html.replace(/\s+/g, ' ')) ?? [''];
      expect(image).to.contain('src="cid:memory.key-1@example.com"');
      expect(image).to.contain(
        'alt="Memory over time: heap in use from 1MiB to &quot;2MiB&quot;" width="600" height="300"',
      );
      expect(text).to.contain('Memory over time:\n  ▁█\n  heap in use from 1MiB to "2MiB"');
    });

    it('says in words what could not be drawn', () => {
      const { html } = withPictures(picture);
      expect(html).to.not.contain('<img');
      expect(html).to.contain('Memory over time: heap in use from 1MiB to &quot;2MiB&quot;');
    });
  });

  it('shows the lines around the suspect with what each holds, and where to read on', () => {
    const lines = [
      { line: 16, text: 'if x < 1 {', inuseBytes: 0, isSuspect: false },
      { line: 17, text: '  keep(b)', inuseBytes: 3 * 2 ** 20, isSuspect: true },
    ];
    const url = 'https://git.example.com/0a1b2c3/session.go#L17';
    const sourceLink = { url, revision: '0a1b2c3' };
    const { html, text } = renderEmail(notification(), {
      ...CONTEXT,
      source: { lines },
      sourceLink,
    });
    expect(text).to.contain('     16           if x < 1 {\n>    17     3MiB    keep(b)\n');
    expect(text).to.contain(`…/session/session.go:17 at 0a1b2c3: ${url}`);
    expect(html).to.contain('if x &lt; 1 {').and.contain(`href="${url}"`);
    expect(html.match(/<tr class="hit"/g)).to.have.length(1);
    const unknown = renderEmail(notification(), {
      ...CONTEXT,
      sourceLink: { ...sourceLink, revision: undefined },
    });
    expect(unknown.text).to.contain('at the newest revision, as the target tells none');
    expect(render().html).to.not.contain('Source');
  });

  it('says first what it is, then shows it, then what to do, then why', () => {
    const pictures = [{ name: 'memory', title: 'Memory over time', alt: 'it grows' }];
    const { html, text } = renderEmail(notification(), { ...CONTEXT, pictures });
    for (const body of [html.slice(html.indexOf('<h1')), text]) {
      const places = [
        /limit in 5h40m/,
        /session.go:17/,
        /it grows/,
        /objects on the heap/i,
        /why heapwarden says so/i,
        /12.1 times what the noise/,
        /incidents\/one/,
      ].map((part) => body.search(part));
      expect(places, body)
        .to.deep.equal(places.toSorted((a, b) => a - b))
        .and.not.include(-1);
    }
  });

  it('says in how many replicas of a service it goes on', () => {
    const sightings = ['a', 'b', 'c'].map((target) => sighting({ target }));
    const told = incident({ sightings, scopeTargets: 8 });
    const { subject, text, html } = render({ incident: told });
    expect(subject).to.match(/^\[suspect\] checkout \(3 of 8\): 182MiB\/h in /);
    for (const body of [text, html]) {
      expect(body).to.contain('It goes on in 3 of 8 targets of checkout; the figures are of a.');
    }
  });

  it('shows the call path from the leaf on', () => {
    const { text } = render();
    const places = ['newBuffer', '(*Handler).Login', '(*conn).serve'].map((name) =>
      text.lastIndexOf(name),
    );
    expect(places)
      .to.deep.equal(places.toSorted((a, b) => a - b))
      .and.not.include(-1);
  });

  it('says of what only grew beside it that it is no suspect, and not of what it is about', () => {
    const seen = { ...sighting().suspect, state: 'growing' as const };
    const full = { ...seen, function: 'shop/lru.Load' };
    const { text } = render({
      incident: incident({ sightings: [sighting({ suspect: seen, coSuspects: [full] })] }),
    });
    const marked = text.split('\n').filter((line) => line.includes('no suspect by itself'));
    expect(marked).to.have.length(1);
  });

  it('escapes whatever a target may call its functions, labels and files', () => {
    const evil = '<img src=x onerror="alert(1)">&\'\u202E\r\nBcc: x@example.com';
    const suspect = { ...sighting().suspect, function: evil, file: evil, stack: [evil] };
    const labels = { service: evil };
    const sightings = [sighting({ suspect, labels, target: evil, reason: evil }), sighting()];
    const { html, subject, text } = render({ incident: incident({ function: evil, sightings }) });
    expect(html).to.not.contain('<img').and.not.contain('onerror="').and.not.contain('\u202E');
    expect(html).to.contain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
    expect(subject).to.not.match(/[\r\n\u202E]/);
    expect(text).to.not.match(/^Bcc:/m);
  });

  it('loads nothing from elsewhere and runs nothing', () => {
    const { html } = render({ incident: incident({ state: 'leak' }) });
    expect(html).to.not.match(/<(script|img|link|iframe|object)|src=|url\(|@import/i);
  });

  it('has colours for the dark', () => {
    expect(render().html).to.contain('prefers-color-scheme: dark');
  });

  it('stays short where a name, a path or a fleet is endless', () => {
    const long = 'x'.repeat(100_000);
    const stack = Array.from({ length: 5_000 }, () => long);
    const suspect = { ...sighting().suspect, function: long, stack };
    const sightings = Array.from({ length: 500 }, (_, i) => sighting({ suspect, target: `t${i}` }));
    const { html, subject } = render({ incident: incident({ function: long, sightings }) });
    expect(subject.length).to.be.below(500);
    expect(html.length).to.be.below(60_000);
  });

  it('does not fail on figures that could not be worked out', () => {
    const memory = { ...sighting().memory, limitReachedAt: 1e300, limitReachedAtLatest: 1e300 };
    const suspect = { ...sighting().suspect, since: Number.NaN };
    const sightings = [sighting({ memory, suspect })];
    expect(render({ incident: incident({ sightings }) }).text).to.contain('checkout');
    expect(render({ incident: incident({ sightings: [] }) }).subject).to.contain('checkout');
  });
});
