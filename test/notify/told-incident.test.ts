import { expect } from 'chai';
import { affectedShare, firingTargets, targetCount } from '../../src/incident/sightings.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { EMPTY_BOOK } from '../../src/notify/book.ts';
import { renderEmail } from '../../src/notify/email/render.ts';
import { summarise } from '../../src/notify/summary.ts';
import { inBrief, toldIncident } from '../../src/notify/told-incident.ts';
import { webhookPayload } from '../../src/notify/webhook/payload.ts';
import type { Notification } from '../../src/notify/notification.ts';
import { fleetIncident, MINUTE, notification, NOW, receiver, route } from './drawn.ts';

const whole = fleetIncident(37, { scopeTargets: 80, unlistedTargets: ['far'] });
const told = toldIncident(whole);

describe('toldIncident', () => {
  it('keeps stacks and further suspects of the worst five targets, and the figures of all', () => {
    expect(told.sightings.slice(0, 5)).to.deep.equal(whole.sightings.slice(0, 5));
    expect(told.sightings.slice(5)).to.deep.equal(
      whole.sightings.slice(5).map((each) => ({
        ...each,
        suspect: { ...each.suspect, stack: [] },
        coSuspects: [],
      })),
    );
  });

  it('changes nothing a second time', () => {
    expect(toldIncident(told)).to.deep.equal(told);
  });

  it('leaves what mails and chats say as it is', () => {
    const context = { externalUrl: 'https://hw', domain: 'ex.com', attached: undefined };
    const said = (each: Notification) => [
      renderEmail(each, context),
      summarise(each, context.externalUrl),
    ];
    expect(said(notification({ incident: told }))) //
      .to.deep.equal(said(notification({ incident: whole })));
    const { headline } = summarise(notification({ incident: told }), 'https://hw');
    expect(headline).to.include('(38 of 80)');
  });

  it('leaves a webhook the alert of each target, with its suspect and that of the fleet', () => {
    const context = { externalUrl: 'https://hw', sendResolved: true };
    const { alerts, truncatedAlerts } = webhookPayload(notification({ incident: told }), context);
    expect(alerts).to.have.length(37);
    expect(truncatedAlerts).to.equal(1);
    expect(alerts[36]!.leak.replicas).to.deep.equal({ firing: 38, of: 80 });
    expect(alerts[36]!.leak.suspects[0]).to.deep.include({ stack: [], line: 17 });
  });

  it('is what the outbox keeps, a sixth of the whole, and measured', () => {
    const incidents = [fleetIncident(100)];
    const rules = { route: route(), receivers: [receiver('oncall', true)] };
    const { book } = planNotifications({ ...EMPTY_BOOK, incidents }, rules, NOW + MINUTE);
    const [owed] = book.pending;
    expect(owed!.jsonLength).to.be.within(1, JSON.stringify(incidents[0]).length / 6);
    expect(JSON.stringify(owed).length - owed!.jsonLength!).to.be.within(0, 30);
    expect(book.incidents[0]!.sightings).to.deep.equal(incidents[0]!.sightings);
  });
});

describe('inBrief', () => {
  it('shows the worst target and names the others, so that counts stay', () => {
    const { incident } = inBrief(notification({ incident: whole }));
    expect(incident.sightings.map(({ target }) => target)).to.deep.equal(['checkout-000']);
    expect(firingTargets(incident)).to.deep.equal(firingTargets(whole));
    expect([targetCount(incident), affectedShare(incident)]).to.deep.equal([
      targetCount(whole),
      affectedShare(whole),
    ]);
    expect(JSON.stringify(incident).length).to.be.below(3_000);
  });
});
