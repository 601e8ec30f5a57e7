import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { isAlarm } from '../../src/growth/verdict.ts';
import { functionsFollowed } from '../../src/incident/followed.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import { outlookAt } from '../../src/incident/outlook.ts';
import { isUnseen } from '../../src/incident/sightings.ts';
import { stepIncidents } from '../../src/incident/step.ts';
import { simulate } from '../support/heap-simulator.ts';
import { background, leak } from '../support/scenarios.ts';
import { readingOf } from '../support/readings.ts';
import { report } from './report.ts';

const MIB = 2 ** 20;
const CART = 'example.com/shop/cart.Add';
const RULES = { minProfiles: 24, confirmProfiles: 60, minGrowthBytes: 4 * MIB, ownPackages: [] };
const STOP = 100;

/** The incident after each profile, one a minute, of a process that leaks 2 MiB a minute until `stop`, and again from `resume`. */
function* lifeOf(
  profiles: number,
  resume = Infinity,
  stop = STOP,
): Generator<Incident | undefined> {
  const history = createHistory();
  const leaking = leak(CART, 2);
  const rate = (step: number) => (step < stop || step >= resume ? leaking.rate(step) : 0);
  const sites = [...background(), { ...leaking, rate }];
  let incidents: readonly Incident[] = [];
  for (const profile of simulate({ sites, profiles, seed: 7 })) {
    const at = profile.timeMs;
    const { newEpoch } = foldProfile(history, profile, { at });
    const verdict = judge(history, RULES, { follow: functionsFollowed(incidents, 'shop-1') });
    if (isAlarm(verdict.state)) expect(verdict.suspects[0]).to.not.have.property('standstill');
    const reading = readingOf({ at, bytes: 400 * MIB });
    const outlook = outlookAt({ at, reading, limitBytes: 2048 * MIB, all: verdict.suspects });
    const { minProfiles } = RULES;
    const news = report({ ...verdict, profiles: undefined, at, newEpoch, minProfiles, outlook });
    incidents = stepIncidents(incidents, news).incidents;
    yield incidents.find(({ function: name }) => name === CART);
  }
}

describe('an incident whose leak stopped', function () {
  this.timeout(60_000);

  const story = [...lifeOf(320)];
  const sightingAt = (profile: number) => story[profile]!.sightings[0]!;

  it('tells a rate and a forecast while it leaks, and neither soon after', () => {
    expect(sightingAt(STOP - 1).memory.limitReachedAt).to.be.a('number');
    expect(isUnseen(sightingAt(STOP - 1))).to.equal(false);
    for (let profile = STOP + 20; profile < STOP + 60; profile++) {
      const sighting = sightingAt(profile);
      expect(story[profile]!.state).to.equal('leak');
      expect(isUnseen(sighting)).to.equal(true);
      expect(sighting.memory).to.include({ bytesPerHour: 0, limitReachedAt: undefined });
    }
  });

  it('is not told as standing still by a verdict that takes it for a leak', () => {
    const late = [...lifeOf(280, Infinity, 240)];
    expect(late.at(-1)?.sightings[0]?.quiet?.stillSince).to.be.a('number');
  });

  it('does not end just after it has begun to grow again', () => {
    const endedAt = story.findIndex((each) => each?.state === 'resolved');
    for (const before of [4, 8]) {
      const again = [...lifeOf(endedAt + 40, endedAt - before)];
      expect(again.slice(STOP).every((each) => each?.state === 'leak')).to.equal(true);
    }
  });

  it('tells since when it has not grown, also once it was written and read', () => {
    const { quiet } = incidentSchema.parse(JSON.parse(JSON.stringify(story[STOP + 30]!)))
      .sightings[0]!;
    const stopped = 1_700_000_000_000 + STOP * 60_000;
    expect(quiet?.stillSince).to.be.within(stopped - 5 * 60_000, stopped);
  });

  it('does not count that as evidence that it is over, and at the end tells how long it stood still', () => {
    const end = story.findIndex((each) => each?.state === 'resolved');
    expect(end).to.be.above(STOP + 60);
    const [, profiles = ''] =
      /: no growth over (\d+) fresh profiles, for \d+h\d+m/.exec(story[end]!.reason) ?? [];
    expect(Number(profiles)).to.be.within(end - STOP - 8, end - STOP + 4);
  });
});
