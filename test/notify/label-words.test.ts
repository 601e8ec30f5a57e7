import { expect } from 'chai';
import type { Sighting } from '../../src/incident/incident.ts';
import { renderEmail } from '../../src/notify/email/render.ts';
import { labelWords } from '../../src/notify/label-words.ts';
import { robotMarkdown } from '../../src/notify/robot-markdown.ts';
import { slackMessage } from '../../src/notify/slack/message.ts';
import { summarise } from '../../src/notify/summary.ts';
import { incident, notification, sighting } from './drawn.ts';

const URL = 'https://hw.example.com';
const PROD = { team: 'payments', env: 'prod' };

function of(...labels: readonly Sighting['labels'][]) {
  return labels.map((each, i) => sighting({ target: `shop-${i}`, labels: each }));
}

function words(sightings: readonly Sighting[], unlistedTargets: readonly string[] = []) {
  return labelWords(incident({ sightings, unlistedTargets }));
}

describe('the labels in a message', () => {
  it('are those of the target, sorted, as a matcher has them', () => {
    expect(words(of(PROD))).to.equal('env=prod, team=payments');
    expect(words(of({ zone: 'eu west', cell: '' }))).to.equal('cell="", zone="eu west"');
  });

  it('are of several targets those that all share, and say so', () => {
    const zones = [
      { ...PROD, zone: 'a' },
      { ...PROD, zone: 'b' },
    ];
    expect(words(of(...zones))).to.equal('env=prod, team=payments (shared by all 2 targets)');
    expect(words(of(...zones), ['shop-2'])).to.match(/ \(shared by the worst 2 targets\)$/);
    expect(words(of({ zone: 'a' }, { zone: 'b' }))).to.equal('none shared by all 2 targets');
    expect(words(of({ team: 'a' }, {}))).to.equal('none shared by all 2 targets');
  });

  it('are those of the targets in which it goes on, and at its end of all', () => {
    const over = of({ env: 'test' }).map((each) => ({ ...each, state: 'resolved' as const }));
    expect(words([...of(PROD), ...over])).to.equal('env=prod, team=payments');
    const two = 'env=prod, team=payments (shared by the 2 targets in which it goes on)';
    expect(words([...of(PROD, PROD), ...over])).to.equal(two);
    expect(words(over)).to.equal('env=test');
  });

  it('are not told where there are none', () => {
    expect(words(of({}))).to.equal(undefined);
    expect(words(of({}, {}))).to.equal(undefined);
    expect(words([])).to.equal(undefined);
    const bare = notification({ incident: incident({ sightings: of({}) }) });
    expect(renderEmail(bare, MAIL).text).not.to.contain('Labels');
    expect(renderEmail(bare, MAIL).html).not.to.contain('Labels');
  });

  it('are no more than fit, however many and long a list gives them', () => {
    const many = Array.from({ length: 64 }, (_, i) => [`l${10 + i}`, 'x'] as const);
    expect(words(of(Object.fromEntries(many)))).to.match(/^l10=x, .*, l21=x and 52 more$/);
    const long = many.map(([name]) => [name.repeat(100), '\u202e\u001b\n漢'.repeat(128)] as const);
    const told = words(of(Object.fromEntries(long))) ?? '';
    expect(told.length).to.be.below(450);
    expect(told)
      .to.match(/^l10.*… and 6\d more$|^l10.* and 6\d more$/)
      .and.not.match(/[\p{Cc}\p{Cf}]/u);
  });

  it('stand in every message after what to look at, and mean nothing in any format', () => {
    const evil = { team: '<b>*`[x](https://evil)' };
    const said = notification({ incident: incident({ sightings: of(evil) }) });
    const { text, html } = renderEmail(said, MAIL);
    expect(text).to.match(/SUSPECT[^]*\nLabels: +team="<b>\*`/);
    expect(html)
      .to.match(/Suspect<[^]*>Labels:<[^]*team=&quot;&lt;b&gt;/)
      .and.not.contain('<b>');
    const summary = summarise(said, URL);
    expect(summary.facts.at(-1)?.name).to.equal('Labels');
    expect(robotMarkdown(summary)).to.match(/\*\*Labels:\*\* team="‹b›∗ˋ［x］/);
    expect(JSON.stringify(slackMessage(summary))).to.contain('`team=\\"&lt;b&gt;*\'[x]');
  });

  it('stay in the message that it is over', () => {
    const over = of(PROD).map((each) => ({ ...each, state: 'resolved' as const }));
    const said = notification({ incident: incident({ state: 'resolved', sightings: over }) });
    expect(renderEmail(said, MAIL).text).to.match(/^Labels: +env=prod, team=payments$/m);
    expect(summarise(said, URL).facts.at(-1)?.value).to.equal('env=prod, team=payments');
  });
});

const MAIL = { externalUrl: URL, domain: 'example.com', attached: undefined };
