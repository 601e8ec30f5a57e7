import { expect } from 'chai';
import type { Matcher, Route } from '../../src/config/config.ts';
import { parseMatcher } from '../../src/config/matcher.ts';
import { matches, matchRoutes, routeIncident } from '../../src/notify/routes.ts';
import { incident, route, sighting } from './drawn.ts';

function matcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if ('wrong' in parsed) throw new Error(`${text}: ${parsed.wrong}`);
  return parsed;
}

function child(name: string, matcherText: string, parts: Partial<Route> = {}): Route {
  return route({ receiver: name, matchers: [matcher(matcherText)], ...parts });
}

describe('matches', () => {
  const cases: [string, boolean][] = [
    ['team=payments', true],
    ['team=pay', false],
    ['team!=search', true],
    ['team!=payments', false],
    ['team=~pay.*', true],
    ['team=~pay', false],
    ['team=~search|payments', true],
    ['team!~pay', true],
    ['team!~pay.*', false],
    ['absent=""', true],
    ['absent!=""', false],
    ['absent=~.*', true],
    ['absent=~.+', false],
    ['constructor=""', true],
  ];
  for (const [text, expected] of cases) {
    it(`takes ${text} for ${expected} where team is payments`, () => {
      expect(matches(matcher(text), { team: 'payments' })).to.equal(expected);
    });
  }
});

describe('a regular expression of a route', () => {
  it('is compiled once', () => {
    let reads = 0;
    const counting: Matcher = {
      label: 'team',
      operator: '=~',
      get value() {
        reads += 1;
        return 'pay.*';
      },
    };
    const found = ['payments', 'search', 'pay'].map((team) => matches(counting, { team }));
    expect(found).to.deep.equal([true, false, true]);
    expect(reads).to.equal(1);
  });
});

describe('a value that a regular expression is held against', () => {
  it('is looked at up to its first 1024 characters', () => {
    const long = { team: 'a'.repeat(5_000) };
    expect(matches(matcher('team=~a{1024}'), long)).to.equal(true);
  });
});

describe('matchRoutes', () => {
  const tree = route({
    receiver: 'root',
    routes: [
      child('audit', 'env=prod', { continue: true }),
      child('payments', 'team=payments', {
        routes: [child('payments-night', 'severity=critical')],
      }),
      child('late', 'env=prod'),
    ],
  });
  const ends = (labels: Record<string, string>) =>
    matchRoutes(tree, labels).map((end) => end.receiver);

  it('ends at the root where no child matches', () => {
    expect(ends({ env: 'test' })).to.deep.equal(['root']);
  });

  it('ends at the first child that matches, and deeper where its children match', () => {
    expect(ends({ team: 'payments' })).to.deep.equal(['payments']);
    expect(ends({ team: 'payments', severity: 'critical' })).to.deep.equal(['payments-night']);
  });

  it('goes on past a child that says continue, up to one that does not', () => {
    expect(ends({ env: 'prod', team: 'payments' })).to.deep.equal(['audit', 'payments']);
    expect(ends({ env: 'prod' })).to.deep.equal(['audit', 'late']);
  });
});

describe('routeIncident', () => {
  const receivers = (tree: Route, parts: Parameters<typeof incident>[0]) =>
    routeIncident(tree, incident(parts)).map((end) => end.receiver);

  it('routes by what heapwarden says as well: alertname, severity, function, kind, target', () => {
    const tree = route({
      receiver: 'root',
      routes: [
        child('one', 'alertname=GoHeapLeak', { continue: true }),
        child('two', 'severity=critical', { continue: true }),
        child('three', 'function=~example\\.com/shop/.*', { continue: true }),
        child('four', 'kind=heap', { continue: true }),
        child('five', 'target=a'),
      ],
    });
    expect(receivers(tree, {})).to.deep.equal(['one', 'three', 'four', 'five']);
    expect(receivers(tree, { state: 'leak' })).to.include('two');
  });

  it('routes a leak as one, though the worst target left is a suspect, and every other by its own state', () => {
    const tree = route({
      receiver: 'root',
      routes: [
        child('stage', 'env=stage', { routes: [child('stage-pager', 'severity=critical')] }),
        child('pager', 'severity=critical'),
      ],
    });
    const at = (target: string, env: string) => sighting({ target, labels: { env } });
    expect(receivers(tree, { state: 'leak', sightings: [at('a', 'prod')] })).to.deep.equal([
      'pager',
    ]);
    const fleet = [at('a', 'prod'), at('b', 'stage')];
    expect(receivers(tree, { state: 'leak', sightings: fleet })).to.deep.equal(['pager', 'stage']);
  });

  it('reaches the receivers of every target in which the incident fires, each once', () => {
    const tree = route({
      receiver: 'root',
      routes: [child('p', 'env=prod'), child('s', 'env=stage')],
    });
    const at = (target: string, env: string, state: 'suspect' | 'resolved' = 'suspect') =>
      sighting({ target, labels: { env }, state });
    expect(receivers(tree, { sightings: [at('a', 'prod'), at('b', 'stage'), at('c', 'prod')] })) //
      .to.deep.equal(['p', 's']);
    expect(receivers(tree, { sightings: [at('a', 'prod'), at('b', 'stage', 'resolved')] })) //
      .to.deep.equal(['p']);
  });
});
