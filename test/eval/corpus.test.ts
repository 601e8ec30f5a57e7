import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { needGo } from '../support/go.ts';
import { decodeWire } from './profile-wire.ts';
import type { WireProfile } from './profile-wire.ts';
import { FIXTURES, MANIFEST, manifest, plan } from './record-plan.ts';
import type { PlannedSeries } from './record-plan.ts';
import { buildFleet, listCases, recordSeries } from './record.ts';
import { openSeries, readSeries } from './series.ts';
import type { Culprit, SeriesPoll } from './series.ts';

const MIB = 2 ** 20;
const planned = manifest.parse(JSON.parse(await readFile(MANIFEST, 'utf8'))).series;

describe('the recorded series', () => {
  it('are those of the manifest', async () => {
    const files = (await readdir(FIXTURES)).filter((name) => name.endsWith('.series'));
    expect(files.toSorted()).to.deep.equal(planned.map(({ file }) => file).toSorted());
  });

  it('keep seeds apart and a third of the cases unseen in dev', () => {
    expect(new Set(planned.map(({ file }) => file)).size).to.equal(planned.length);
    const dev = new Set(planned.filter(({ split }) => split === 'dev').map((each) => each.case));
    const unseen = new Set(planned.map((each) => each.case).filter((name) => !dev.has(name)));
    expect(unseen.size).to.be.at.least(new Set(planned.map((each) => each.case)).size / 4);
  });

  for (const each of planned) {
    it(`${each.file} reads back with its truth`, async () => {
      const { meta, polls } = await openSeries(join(FIXTURES, each.file));
      expect(meta).to.include({
        case: each.case,
        kind: each.kind,
        seed: each.seed,
        polls: each.polls,
        ratePerPoll: each.rate,
        memProfileRate: each.profileRate,
      });
      expect(meta.culprits.length > 0).to.equal(each.kind === 'leak');
      const last = await checkPolls(polls, each);
      if (each.kind !== 'leak') return;
      expect(last.onset).to.be.at.least(0);
      for (const culprit of meta.culprits) checkCulprit(last, culprit);
    });
  }
});

/** Polls go on, the truth never falls within a process, and profiles are of the period asked for. */
async function checkPolls(
  polls: AsyncIterable<SeriesPoll>,
  each: PlannedSeries,
): Promise<SeriesPoll> {
  let last: SeriesPoll | undefined;
  let count = 0;
  for await (const poll of polls) {
    if (last !== undefined) checkNext(poll, last);
    if (each.kind !== 'leak') expect(poll.leakedBytes).to.equal(0);
    if (poll.leakedBytes > 0) expect(poll.onset).to.be.at.least(0);
    expect(poll.profile.length).to.be.above(1000);
    last = poll;
    count++;
  }
  if (last === undefined) throw new Error(`${each.file}: has no polls`);
  expect(count).to.be.within(each.polls * 0.7, each.polls);
  expect(last.poll).to.be.at.least(each.polls * 0.97);
  expect(decodeWire(last.profile).period).to.equal(each.profileRate);
  return last;
}

function checkNext(poll: SeriesPoll, last: SeriesPoll): void {
  expect(poll.poll).to.be.above(last.poll);
  expect(poll.epoch).to.be.at.least(last.epoch);
  if (poll.epoch > last.epoch) return;
  expect(poll.leakedBytes).to.be.at.least(last.leakedBytes);
  expect(poll.numGC).to.be.at.least(last.numGC);
  expect(poll.totalAlloc).to.be.above(last.totalAlloc);
}

/** The functions the labels name are in the profile, spelled so, and hold a good part of what leaked. */
function checkCulprit(last: SeriesPoll, culprit: Culprit): void {
  if (culprit.growth === 'off-heap') return;
  const heap = decodeWire(last.profile);
  const held = heldBy(heap, new Set(culprit.allocators), 3);
  // Most of a goroutine is its stack, which no heap profile has.
  const least = culprit.growth === 'goroutine' ? 0.05 : 0.1;
  expect(held / MIB).to.be.above((last.leakedBytes * least) / MIB);
  if (culprit.growth !== 'goroutine' || last.goroutineProfile === undefined) return;
  const blocked = heldBy(decodeWire(last.goroutineProfile), new Set(culprit.retainers), 0);
  expect(blocked).to.be.above(last.goroutines / 3);
}

function heldBy(profile: WireProfile, names: ReadonlySet<string>, value: number): number {
  const named = profile.locations.map(({ places }) =>
    places.some((place) => names.has(place.function)),
  );
  return profile.rows
    .filter(({ stack }) => stack.some((index) => named[index] === true))
    .reduce((sum, row) => sum + (row.values[value] ?? 0), 0);
}

describe('the programs of the corpus', () => {
  it('record their series again', async function () {
    this.timeout(180_000);
    await needGo(this);
    const binary = await buildFleet('1.26');
    const cases = await listCases(binary);
    expect(plan(cases).series).to.deep.equal(planned);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-corpus-'));
    try {
      const named = ['session-map', 'carts-live-60'].flatMap((name) =>
        planned.filter((each) => each.case === name).slice(0, 1),
      );
      expect(named).to.have.length(2);
      for (const each of named) {
        const file = join(folder, each.file);
        await recordSeries(binary, { ...each, polls: 30 }, file);
        const { meta, polls } = await readSeries(file);
        expect(meta.case).to.equal(each.case);
        expect(polls).to.have.length(30);
        expect(polls.at(-1)?.leakedBytes ?? 0).to.satisfy((bytes: number) =>
          meta.kind === 'leak' ? bytes > 2 * MIB : bytes === 0,
        );
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
