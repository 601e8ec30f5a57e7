import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startAnalyst, type Analyst, type Past } from '../../src/analysis/analyst.ts';
import type { CapturedProfile, JudgeRules } from '../../src/analysis/request.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import { drawnProfile } from '../support/wide-profile.ts';

const RECORDING = join(import.meta.dirname, '../../../fixtures/demo/leaky');
const RULES: JudgeRules = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};

/** A recording of a leaking service, one profile a second. */
async function recordedCaptures(): Promise<CapturedProfile[]> {
  const files = (await readdir(RECORDING)).filter((name) => name.endsWith('.pb.gz')).toSorted();
  return Promise.all(
    files.map(async (name, i) => ({
      bytes: await readFile(join(RECORDING, name)),
      at: 1_000_000 + i * 1_000,
      startedAt: undefined,
    })),
  );
}

/** Says what was asked of it. */
function pastOf(captures: readonly CapturedProfile[], snapshot?: Uint8Array) {
  const read: number[] = [];
  const past: Past = {
    snapshot: () => Promise.resolve(snapshot),
    after: async function* (time) {
      for (const capture of captures.filter(({ at }) => at > time)) {
        read.push(capture.at);
        yield capture;
      }
    },
  };
  return { past, read };
}

describe('the analyst', () => {
  let analyst: Analyst;
  let captures: CapturedProfile[];

  before(async () => {
    captures = await recordedCaptures();
  });

  beforeEach(() => {
    analyst = startAnalyst();
  });

  afterEach(() => analyst.close());

  async function foldAll(of: readonly CapturedProfile[]) {
    let last;
    for (const capture of of) {
      last = await analyst.fold('shop', { capture, rules: RULES }, pastOf([]).past);
    }
    return last;
  }

  it('finds the same with a history rebuilt from saved profiles as with one it kept', async () => {
    const kept = await foldAll(captures);
    await analyst.forget('shop');
    const { past } = pastOf(captures.slice(0, -1));
    const rebuilt = await analyst.fold('shop', { capture: captures.at(-1)!, rules: RULES }, past);
    if (kept?.kind !== 'found' || rebuilt.kind !== 'found') throw new Error('not judged');
    expect(kept.finding.verdict.state).to.equal('suspect');
    expect(rebuilt.finding).to.deep.equal(kept.finding);
  });

  it('replays only the profiles saved after its snapshot', async () => {
    await foldAll(captures.slice(0, 30));
    const snapshot = await analyst.snapshot('shop');
    await analyst.forget('shop');
    const { past, read } = pastOf(captures.slice(0, 32), snapshot);
    await analyst.fold('shop', { capture: captures[32]!, rules: RULES }, past);
    expect(read).to.deep.equal([captures[30]!.at, captures[31]!.at]);
  });

  it('rebuilds from the profiles alone where the snapshot is damaged', async () => {
    const { past, read } = pastOf(captures.slice(0, 3), Buffer.from('{"version":1,"until":'));
    await analyst.fold('shop', { capture: captures[3]!, rules: RULES }, past);
    expect(read).to.have.length(3);
  });

  it('answers what is no heap profile with its kind and words, and goes on', async () => {
    const html = { ...captures[0]!, bytes: Buffer.from('<!DOCTYPE html><title>login</title>') };
    const answer = await analyst.fold('shop', { capture: html, rules: RULES }, pastOf([]).past);
    expect(answer).to.include({ kind: 'unusable', why: 'malformed' });
    expect((await foldAll(captures.slice(0, 2)))?.kind).to.equal('found');
  });

  it('outlives a profile that its thread dies of, and rebuilds what that lost', async function () {
    this.timeout(60_000);
    await analyst.close();
    analyst = startAnalyst(24);
    await foldAll(captures.slice(0, 5));
    const huge = { ...captures[5]!, bytes: encodeProfile(drawnProfile(150_000)) };
    const killed = await analyst
      .fold('other', { capture: huge, rules: RULES }, pastOf([]).past)
      .catch((error: unknown) => error);
    expect(killed).to.be.an('error');
    const { past, read } = pastOf(captures.slice(0, 5));
    const next = await analyst.fold('shop', { capture: captures[5]!, rules: RULES }, past);
    expect(next.kind).to.equal('found');
    expect(read).to.have.length(5);
  });
});
