import { expect } from 'chai';
import type { GrowthKind } from '../../src/memory/growth-kind.ts';
import type { MemoryPoint } from '../../src/memory/memory-history.ts';
import { createIllustrator, type IllustratorParts } from '../../src/notify/illustrate.ts';
import { createPictures, type Pictures } from '../../src/picture/pictures.ts';
import { createLog } from '../../src/runtime/log.ts';
import { profileBytes } from '../web/profiles.ts';
import { HOUR, incident, MINUTE, NOW, sighting } from './drawn.ts';

const MIB = 2 ** 20;
const CREATE = 'example.com/shop/internal/session.(*Store).Create';
const saved = [4, 3, 2, 1, 0].map((hours) => ({
  file: `${hours}.pb.gz`,
  at: NOW - hours * HOUR,
  bytes: 9,
}));
const told = sighting({ profiles: { before: saved[0]!, after: saved.at(-1)! } });
const points: MemoryPoint[] = Array.from({ length: 100 }, (_, i) => ({
  at: NOW - (100 - i) * MINUTE,
  heapInuseBytes: (100 + i) * MIB,
  rssBytes: undefined,
  stackInuseBytes: undefined,
  goroutines: undefined,
  startedAt: undefined,
}));
const whole: readonly MemoryPoint[] = points.map((point, i) => ({
  ...point,
  goroutines: 12 + i,
  goTotalBytes: 300 * MIB,
  rssBytes: (250 + i) * MIB,
}));

describe('the pictures of a message', () => {
  let pictures: Pictures;
  before(() => {
    pictures = createPictures({ threads: 1 });
  });
  after(() => pictures.close());

  function illustrate(
    parts: Partial<IllustratorParts> = {},
    signal = new AbortController().signal,
    kind: GrowthKind = 'heap',
  ) {
    const all: IllustratorParts = {
      pictures,
      memory: () => points,
      profiles: async () => saved,
      readProfile: async (_target, file) => {
        const grown = (5 - Number.parseInt(file, 10)) * 20 * MIB;
        return profileBytes(`main.main;net/http.(*conn).serve;${CREATE}:17 ${grown}`);
      },
      log: createLog('silent'),
      ...parts,
    };
    return createIllustrator(all)(incident({ kind }), told, signal);
  }

  it('show memory, the growth of each suspect and what grew, each with its words', async () => {
    const drawn = (await illustrate()).pictures;
    expect(drawn.map(({ name }) => name)).to.deep.equal(['memory', 'growth-1', 'flames']);
    expect(drawn[0]!.alt).to.match(/^heap in use from 100MiB to 199MiB/);
    expect(drawn[1]!.alt).to.equal('live from 20MiB to 100MiB, at most 100MiB.');
    expect(drawn[1]!.spark).to.equal('▂▄▅▇█');
    expect(drawn[2]!.alt).to.match(/^From 20MiB to 100MiB of inuse_space/);
    for (const { png } of drawn) {
      expect(Buffer.from(png!.bytes.subarray(1, 4)).toString()).to.equal('PNG');
      expect(png!.bytes.byteLength).to.be.within(1_000, 200_000);
      expect([png!.width, png!.height > 200 && png!.height < 1_500]).to.deep.equal([1_100, true]);
    }
  });

  it('show of what no heap profile has how it grew by the readings, where these tell', async () => {
    const drawn = async (kind: GrowthKind, memory = whole) => {
      const told = await illustrate({ memory: () => memory }, undefined, kind);
      return told.pictures
        .filter(({ name }) => name.startsWith('growth'))
        .map(({ title, alt }) => `${title}: ${alt}`);
    };
    expect(await drawn('goroutine')).to.deep.equal([
      'Goroutines over time: goroutines from 12 to 111, at most 111.',
    ]);
    expect(await drawn('off_heap')).to.deep.equal([
      'Memory outside of Go over time: resident beyond what Go holds from 0B to 49MiB, at most 49MiB.',
    ]);
    expect(await drawn('profiler')).to.deep.equal([]);
    expect(await drawn('off_heap', points)).to.deep.equal([]);
  });

  it('show memory alone once it is over', async () => {
    const over = createIllustrator({
      pictures,
      memory: () => points,
      profiles: async () => saved,
      readProfile: () => Promise.reject(new Error('not to be asked')),
      log: createLog('silent'),
    });
    const { pictures: drawn } = await over(
      incident({ state: 'resolved' }),
      { ...told, state: 'resolved' },
      new AbortController().signal,
    );
    expect(drawn.map(({ name }) => name)).to.deep.equal(['memory']);
  });

  it('are fewer where something is gone or cannot be read, and cost the message nothing', async () => {
    const gone = await illustrate({ readProfile: async () => undefined });
    expect(gone.pictures.map(({ name }) => name)).to.deep.equal(['memory']);
    const broken = await illustrate({ readProfile: () => Promise.reject(new Error('EIO')) });
    expect(broken.pictures.map(({ name }) => name)).to.deep.equal(['memory']);
    const hostile = await illustrate({ readProfile: async () => new Uint8Array([31, 139, 8, 0]) });
    expect(hostile.pictures.map(({ name }) => name)).to.deep.equal(['memory']);
    const nothing = await illustrate({
      memory: () => [],
      profiles: async () => [],
      readProfile: async () => undefined,
    });
    expect(nothing.pictures).to.deep.equal([]);
  });

  it('are words where they cannot be drawn, or came out too large', async () => {
    const failing = { ...pictures, png: () => Promise.reject(new Error('no renderer')) };
    const large = { ...pictures, png: async () => new Uint8Array(500 * 1_024) };
    for (const drawing of [failing, large]) {
      const drawn = (await illustrate({ pictures: drawing })).pictures;
      expect(drawn.map(({ name, png }) => [name, png])).to.deep.equal([
        ['memory', undefined],
        ['growth-1', undefined],
        ['flames', undefined],
      ]);
      expect(drawn[0]!.alt).to.contain('heap in use');
    }
  });

  it('end with the attempt, whatever hangs', async () => {
    const stopping = new AbortController();
    const hanging = { ...pictures, png: () => new Promise<Uint8Array>(() => stopping.abort()) };
    const drawn = await illustrate({ pictures: hanging }, stopping.signal);
    expect(drawn.pictures).to.deep.equal([]);
  });
});
