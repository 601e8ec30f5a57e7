import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { RefusedWrites } from '../../src/store/refused-writes.ts';
import { silentLog } from '../web/values.ts';
import { rejection, StoreFixture } from './open-store.ts';

const FULL = new Error('no space left');

describe('writes that the disk refuses', () => {
  const stores = new StoreFixture();
  afterEach(() => stores.release());

  it('are a trouble until one of the same kind is taken, and are logged once', async () => {
    const said: string[] = [];
    const note = (message: string) => void said.push(message);
    const refused = new RefusedWrites({ ...silentLog, warn: note, info: note });
    const refuse = (what: 'profiles' | 'readings') =>
      rejection(refused.watch(what, Promise.reject(FULL)));
    expect(await refuse('profiles')).to.equal(FULL);
    await refuse('profiles');
    await refuse('readings');
    expect(await refused.watch('profiles', Promise.resolve('saved'))).to.equal('saved');
    expect(refused.trouble()).to.equal(
      'readings cannot be saved; a restart forgets them: no space left',
    );
    await refused.watch('readings', Promise.resolve());
    expect(refused.trouble()).to.equal(undefined);
    expect(said).to.deep.equal([
      'profiles cannot be saved; they are judged all the same',
      'readings cannot be saved; a restart forgets them',
      'profiles are saved again',
      'readings are saved again',
    ]);
  });

  it('are known to the store, of profiles, readings and histories alike', async () => {
    const path = await stores.folder();
    const store = await stores.open(path);
    const inTheWay = [join(path, 'profiles', 'shop'), join(path, 'state', 'readings-shop.gz')];
    await writeFile(inTheWay[0]!, '');
    await mkdir(join(inTheWay[1]!, 'full'), { recursive: true });
    const bytes = Buffer.from('profile');
    const save = () => store.saveProfile('shop', { at: 1, inuseBytes: 1, bytes });
    await rejection(save());
    await rejection(store.writeBlob('readings-shop', bytes));
    await store.writeBlob('history-shop', bytes);
    expect(store.trouble()).to.match(/^profiles cannot be saved.*; readings cannot be saved/);
    for (const each of inTheWay) await rm(each, { recursive: true });
    await save();
    await store.writeBlob('readings-shop', bytes);
    expect(store.trouble()).to.equal(undefined);
  });
});
