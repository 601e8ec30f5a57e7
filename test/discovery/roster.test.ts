import { expect } from 'chai';
import type { Labels } from '../../src/discovery/relabel.ts';
import {
  EMPTY_ROSTER,
  HELD_MS,
  isSameTarget,
  madeInPieces,
  settled,
  type Roster,
} from '../../src/discovery/roster.ts';
import { targetOf } from '../../src/discovery/target-of.ts';
import { groupOf } from './group-of.ts';

const GROUP = groupOf('');
const at = (address: string): Labels => ({ __address__: address });
const names = ({ entries }: Roster) => [...entries.keys()];
const step = (before: Roster, now: number, ...found: readonly Labels[]) =>
  settled(before, GROUP, { found, now, taken: new Set(['b-1']) });

describe('the targets of a group', () => {
  it('stay for some minutes after they were listed last, and come back as they were', () => {
    const first = step(EMPTY_ROSTER, 0, at('a:1'), at('c:1'));
    const gone = step(first, 1_000, at('c:1'));
    expect(names(gone)).to.have.members(['a-1', 'c-1']);
    const still = step(gone, HELD_MS, at('c:1'));
    expect(names(still)).to.have.members(['a-1', 'c-1']);
    expect(names(step(still, HELD_MS, at('a:1'), at('c:1')))).to.have.length(2);
    expect(names(step(still, HELD_MS + 1_000, at('c:1')))).to.deep.equal(['c-1']);
  });

  it('go at once where they are pods, of which it is known', () => {
    const pod = { ...at('a:1'), __meta_kubernetes_pod_uid: '9aa182d8' };
    const first = step(EMPTY_ROSTER, 0, pod, at('c:1'));
    expect(names(first)).to.deep.equal(['a-1', 'c-1']);
    expect(names(step(first, 1_000))).to.deep.equal(['c-1']);
  });

  it('are counted anew from when they go again', () => {
    let roster = step(EMPTY_ROSTER, 0, at('a:1'));
    roster = step(roster, 1_000);
    roster = step(roster, 2_000, at('a:1'));
    expect(names(step(roster, 2_000 + HELD_MS))).to.deep.equal(['a-1']);
  });

  it('have names of their own: those of the file go first, then the first entry', () => {
    const named = { __address__: 'd:1', __target__: 'a-1' };
    const roster = step(EMPTY_ROSTER, 0, at('a:1'), at('b:1'), named, at('a:1'));
    expect(names(roster)).to.deep.equal(['a-1']);
    expect(roster.problems).to.have.length(2);
    expect(roster.problems[0]).to.contain('http://b:1').and.contain('name of another target');
    expect(roster.problems[1]).to.contain('http://d:1').and.contain('__target__');
  });

  it('are not held beside one that is listed at their address: a process has one name', () => {
    const first = step(EMPTY_ROSTER, 0, { __address__: 'a:1', __target__: 'old' });
    const next = step(first, 1_000, { __address__: 'a:1', __target__: 'new' });
    expect(names(next)).to.deep.equal(['new']);
  });

  it('are held as the rules make them that the group has now, which may drop them', () => {
    const found = [{ __address__: 'a:1', id: 'one' }, at('c:1')];
    const first = step(EMPTY_ROSTER, 0, ...found);
    const gone = step(first, 1_000);
    const under = (keys: string) =>
      settled(gone, groupOf(keys), { found: [], now: 2_000, taken: new Set() });
    expect(names(under('relabel_configs: [{ action: drop, source_labels: [id], regex: one }]'))) //
      .to.deep.equal(['c-1']);
    const renamed = under(
      'relabel_configs: [{ source_labels: [id], regex: (.+), target_label: __target__ }]',
    );
    expect(names(renamed)).to.deep.equal(['one', 'c-1']);
    expect(under('labels: { service: cart }').entries.get('a-1')?.target.labels['service']) //
      .to.equal('cart');
  });

  it('are others where another group says of the same what it is', () => {
    const of = (keys: string) => {
      const outcome = targetOf(at('a:1'), groupOf(keys));
      if (outcome.kind !== 'target') throw new Error(outcome.kind);
      return outcome.target;
    };
    const [one, other] = [of(''), of('http: { headers: { X-Tenant: shop } }')];
    expect(isSameTarget(one, one)).to.equal(true);
    expect(isSameTarget(one, other)).to.equal(false);
  });

  it('are made in pieces, and none of them again that is known', async () => {
    const found = Array.from({ length: 1_000 }, (_, i) => at(`a:${i + 1}`));
    let turns = 0;
    let isMade = false;
    const count = (): void => {
      turns++;
      if (!isMade) setImmediate(count);
    };
    setImmediate(count);
    const ahead = await madeInPieces(EMPTY_ROSTER, GROUP, found);
    isMade = true;
    expect(turns).to.be.greaterThan(3);
    const roster = settled(EMPTY_ROSTER, GROUP, { found, now: 0, taken: new Set(), ahead });
    expect(roster.entries).to.have.length(1_000);
    expect(await madeInPieces(roster, GROUP, [...found, at('b:2')])).to.have.length(1);
    expect(await madeInPieces(roster, groupOf(''), found)).to.have.length(1_000);
  });
});
