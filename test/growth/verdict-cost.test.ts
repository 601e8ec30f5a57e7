import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 2 ** 20,
  ownPackages: [],
};
const [HANDLERS, PARTS] = [40, 12];

/** A session that came to a stop, and a dozen parts of it that still grow, all by way of each handler. */
function drawn(): string {
  const handlers = Array.from({ length: HANDLERS }, (_, at) => `main.main;shop/h${at}.Serve`);
  const rows = handlers.flatMap((handler) => {
    const create = `${handler};shop/session.Create`;
    const parts = Array.from(
      { length: PARTS },
      (__, at) => `${create};shop/part${at}.New  0.1..1/36`,
    );
    return [`${create}  1..40/24 40*12`, ...parts];
  });
  return [...rows, 'main.main;shop/http.Serve  30*36 ~500'].join('\n');
}

describe('what a verdict costs', () => {
  it('goes over the stacks once for each window, whatever alarms, and spells out those that it shows', () => {
    const history = createHistory();
    for (const profile of drawProfiles(drawn()))
      foldProfile(history, profile, { at: profile.timeMs });
    const { epoch } = history;
    if (epoch === undefined) throw new Error('no process');
    const { stacks, books } = epoch;
    // The module of one's own is worked out from all stacks, once for as long as they are the same.
    judge(history, RULES);
    let [passes, spelled] = [0, 0];
    const [functions, namesOf] = [
      stacks.functions.bind(stacks),
      books.stacks.namesOf.bind(books.stacks),
    ];
    stacks.functions = () => (passes++, functions());
    books.stacks.namesOf = (stack) => (spelled++, namesOf(stack));
    const { reason, suspects } = judge(history, RULES);
    expect(stacks.size).to.equal(HANDLERS * (PARTS + 1) + 1);
    expect(reason).to.match(/^floor of shop\/session.Create grew /);
    expect(suspects).to.have.length.within(1, 3);
    expect(passes).to.be.within(1, 3);
    expect(spelled).to.be.within(1, 2 * suspects.length + 1);
  });
});
