import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/load.ts';
import { createSources } from '../../src/notify/sources.ts';
import { createPictures, type Pictures } from '../../src/picture/pictures.ts';
import { createLog } from '../../src/runtime/log.ts';
import { profileBytes } from '../web/profiles.ts';
import { NOW, sighting } from './drawn.ts';

const ADD = 'example.com/shop/cart.(*Cart).Add';
const saved = { file: 'a.pb.gz', at: NOW, bytes: 9 };
const told = sighting({
  target: 'a',
  revision: '0a1b2c3',
  suspect: { ...sighting().suspect, function: ADD, file: '/src/example.go', line: 3 },
  profiles: { before: saved, after: saved },
});

const signal = new AbortController().signal;

describe('the source of a suspect', () => {
  let root: string;
  let pictures: Pictures;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'heapwarden-source-'));
    await writeFile(join(root, 'example.go'), 'one\ntwo\nthree\nfour\n');
    pictures = createPictures({ threads: 1 });
  });
  after(async () => {
    await pictures.close();
    await rm(root, { recursive: true });
  });

  function sources(
    source: Partial<SourceConfig>,
    readProfile = async () => profileBytes(`main;${ADD}:3 4096\nmain;${ADD}:4 1024`),
  ) {
    const { config } = readConfig(CONFIG, { file: 'x.yaml', env: {} });
    const given = { root: undefined, urlTemplate: undefined, ...source };
    const targets = config.targets.map((target) => ({ ...target, source: given }));
    return createSources({
      targets: () => targets,
      pictures,
      readProfile,
      log: createLog('silent'),
    });
  }

  it('is shown by line, with what each line holds in the newer profile', async () => {
    const excerpt = await sources({ root }).readSource(told, signal);
    expect(excerpt?.lines).to.deep.equal([
      { line: 1, text: 'one', inuseBytes: 0, isSuspect: false },
      { line: 2, text: 'two', inuseBytes: 0, isSuspect: false },
      { line: 3, text: 'three', inuseBytes: 4096, isSuspect: true },
      { line: 4, text: 'four', inuseBytes: 1024, isSuspect: false },
    ]);
  });

  it('is shown without figures where the profile is gone or cannot be read', async () => {
    const unreadable = async () => new Uint8Array([1, 2, 3]);
    const excerpt = await sources({ root }, unreadable).readSource(told, signal);
    expect(excerpt?.lines.map(({ inuseBytes }) => inuseBytes)).to.deep.equal([0, 0, 0, 0]);
  });

  it('is not shown where it is not configured, not there, or takes longer than the attempt', async () => {
    const other = { ...told, target: 'gone' };
    expect(await sources({ root }).readSource(other, signal)).to.equal(undefined);
    expect(await sources({}).readSource(told, signal)).to.equal(undefined);
    const none = join(root, 'none');
    expect(await sources({ root: none }).readSource(told, signal)).to.equal(undefined);
    const never = () => new Promise<Uint8Array<ArrayBuffer>>(() => undefined);
    const stopped = await sources({ root }, never).readSource(told, AbortSignal.abort());
    expect(stopped).to.equal(undefined);
  });

  it('is linked at the revision of the running build', () => {
    const urlTemplate = 'https://git.example.com/{revision}/{file}#L{line}';
    const { sourceLink } = sources({ urlTemplate });
    expect(sourceLink(told)).to.deep.equal({
      url: 'https://git.example.com/0a1b2c3/cart/example.go#L3',
      revision: '0a1b2c3',
    });
    expect(sourceLink({ ...told, target: 'gone' })).to.equal(undefined);
    expect(sources({ root }).sourceLink(told)).to.equal(undefined);
  });
});

const CONFIG = `
targets: [{ name: a, url: 'http://10.0.0.7:6060', own_packages: [example.com/shop] }]
route: { receiver: oncall }
receivers: [{ name: oncall }]
`;
