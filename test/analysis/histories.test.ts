import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Histories, openBytes } from '../../src/analysis/histories.ts';
import type { CapturedProfile, JudgeRules } from '../../src/analysis/request.ts';
import { createAnalysis } from '../../src/analysis/thread.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { openSeries } from '../eval/series.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const RULES: JudgeRules = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
  service: 'shop',
};

type Analysis = ReturnType<typeof createAnalysis>;

/** One thread's work, begun with an empty history for each target. */
function analysisWith(histories: Histories, targets: readonly string[]): Analysis {
  const analysis = createAnalysis(histories);
  for (const target of targets) analysis({ kind: 'restore', target, snapshot: undefined });
  return analysis;
}

function fold(analysis: Analysis, target: string, capture: CapturedProfile) {
  const reply = analysis({ kind: 'fold', target, capture, rules: RULES });
  if (reply.kind !== 'found') throw new Error(`a fold was answered with ${reply.kind}`);
  return reply;
}

async function series(name: string, polls: number): Promise<CapturedProfile[]> {
  const captures: CapturedProfile[] = [];
  for await (const { profile, at } of (await openSeries(join(FIXTURES, 'eval', name))).polls) {
    captures.push({ bytes: profile, at, startedAt: undefined });
    if (captures.length === polls) break;
  }
  return captures;
}

async function demo(folder: string): Promise<CapturedProfile[]> {
  const files = await readdir(join(FIXTURES, 'demo', folder));
  const profiles = files.filter((name) => name.endsWith('.pb.gz')).toSorted();
  return Promise.all(
    profiles.map(async (name, at) => ({
      bytes: await readFile(join(FIXTURES, 'demo', folder, name)),
      at: 60_000 * (at + 1),
      startedAt: undefined,
    })),
  );
}

/** What is said at each profile of two targets that are captured in turns. */
function saidOfBoth(
  histories: Histories,
  [one, other]: readonly [readonly CapturedProfile[], readonly CapturedProfile[]],
) {
  const analysis = analysisWith(histories, ['one', 'other']);
  return one.flatMap((capture, at) => {
    const beside = other[at];
    const first = fold(analysis, 'one', capture).finding;
    return beside === undefined ? [first] : [first, fold(analysis, 'other', beside).finding];
  });
}

describe('histories', () => {
  const pairs = {
    'a leak and a cache of the same service': async () =>
      [await demo('leaky'), await demo('warmcache')] as const,
    'processes that end and a map that grows': async () =>
      [
        await series('leak-over-restarts-128k-101.series', 160),
        await series('session-map-512k-4.series', 160),
      ] as const,
  };

  for (const [title, read] of Object.entries(pairs)) {
    it(`say the same packed after each profile as open: ${title}`, async function () {
      this.timeout(60_000);
      const both = await read();
      const packing = new Histories(0);
      const packed = saidOfBoth(packing, both);
      expect(packing.held).to.include({ open: 1, packed: 1 });
      const opened = saidOfBoth(new Histories(Infinity), both);
      expect(packed).to.deep.equal(opened);
      const states = new Set(opened.map(({ verdict }) => verdict.state));
      expect(states).to.include('suspect');
    });
  }

  it('stay open as long as they take little, those that are captured oftenest', async () => {
    const capture = (await demo('leaky')).at(-1);
    const { bytes } = capture!;
    const names = ['often', 'seldom', 'gone'];
    const alone = createHistory();
    foldProfile(alone, decodeProfile(bytes), { at: 1 });
    const histories = new Histories(2 * openBytes(alone));
    const analysis = analysisWith(histories, names);
    const at = (second: number) => ({ bytes, at: 1_000 * second, startedAt: undefined });
    for (const second of [1, 2]) fold(analysis, 'gone', at(second));
    for (const second of [100, 700]) fold(analysis, 'seldom', at(second));
    for (const second of [700, 760]) fold(analysis, 'often', at(second));
    expect(histories.isOpen('gone')).to.equal(false);
    fold(analysis, 'gone', at(761));
    expect(histories.held).to.include({ open: 2, packed: 1 });
    expect(names.filter((name) => histories.isOpen(name))).to.deep.equal(['often', 'gone']);
  });

  it('are saved while they are packed, and go on from there', async () => {
    const captures = (await demo('leaky')).slice(0, 40);
    const packing = analysisWith(new Histories(0), ['one', 'other']);
    const open = analysisWith(new Histories(Infinity), ['one']);
    for (const capture of captures.slice(0, 30)) {
      for (const target of ['one', 'other']) fold(packing, target, capture);
      fold(open, 'one', capture);
    }
    const saved = packing({ kind: 'snapshot', target: 'one' });
    if (saved.kind !== 'snapshot') throw new Error(saved.kind);
    const again = createAnalysis();
    const restored = again({ kind: 'restore', target: 'one', snapshot: saved.bytes });
    expect(restored).to.deep.equal({ kind: 'restored', until: captures[29]!.at });
    for (const capture of captures.slice(30)) {
      const { finding } = fold(again, 'one', capture);
      expect(finding).to.deep.equal(fold(open, 'one', capture).finding);
    }
  });

  it('leave nothing behind when they are forgotten', async () => {
    const captures = await demo('leaky');
    const histories = new Histories(0);
    const analysis = analysisWith(histories, ['one', 'other']);
    fold(analysis, 'one', captures[0]!);
    fold(analysis, 'other', captures[0]!);
    expect(histories.held.packedBytes).to.be.greaterThan(0);
    for (const target of ['one', 'other']) analysis({ kind: 'forget', target });
    expect(histories.held).to.deep.equal({ open: 0, packed: 0, packedBytes: 0 });
    expect(analysis({ kind: 'snapshot', target: 'one' })).to.deep.equal({ kind: 'no_history' });
  });
});
