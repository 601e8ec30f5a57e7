import { expect } from 'chai';
import { readLink, writeLink } from '../../../src/web/compare/link.ts';

const HOUR = 3_600_000;
const saved = [0, 1, 2, 3].map((hour) => ({ file: `${hour}.pb.gz`, at: hour * HOUR, bytes: 9 }));

describe('the link of a comparison', () => {
  const read = (query: Record<string, string>, among = saved, restarts: readonly number[] = []) => {
    const link = readLink(query, { saved: among, restarts });
    return link.kind === 'asked' ? link.asked : `${link.status} ${link.reason}`;
  };

  it('compares the first with the last profile where nothing else is said', () => {
    expect(read({})).to.include({ before: '0.pb.gz', after: '3.pb.gz', type: 'inuse_space' });
  });

  it('compares no two processes where nothing else is said', () => {
    const after = (restarts: readonly number[], query = {}) => read(query, saved, restarts);
    expect(after([HOUR / 2, 1.5 * HOUR])).to.include({ before: '2.pb.gz', after: '3.pb.gz' });
    expect(after([2.5 * HOUR])).to.include({ before: '', after: '3.pb.gz' });
    expect(after([9 * HOUR])).to.include({ before: '0.pb.gz', after: '3.pb.gz' });
    const named = { after: '2.pb.gz' };
    expect(after([HOUR / 2, 2.5 * HOUR], named)).to.include({ before: '1.pb.gz', ...named });
    const chosen = { before: '0.pb.gz', after: '3.pb.gz' };
    expect(after([1.5 * HOUR], chosen)).to.include(chosen);
    expect(after([1.5 * HOUR], { from: '0' })).to.include(chosen);
  });

  it('takes the first and the last profile of a window', () => {
    const window = { from: '1970-01-01T00:30:00Z', to: String(2 * HOUR) };
    expect(read(window)).to.include({ before: '1.pb.gz', after: '2.pb.gz' });
    expect(read({ from: '1970-01-01T02:00' })).to.include({ before: '2.pb.gz', after: '3.pb.gz' });
    expect(read({ to: '1970-01-01T02:00+01:00' })).to.include({ before: '0.pb.gz' });
  });

  it('says what is wrong with a window, and when there are profiles', () => {
    expect(read({ from: String(9 * HOUR) })).to.equal(
      '404 profiles: none is saved of it in this window; those there are were taken from 1970-01-01T00:00:00.000Z to 1970-01-01T03:00:00.000Z',
    );
    expect(read({ to: 'noon' })).to.equal(
      '400 to: "noon" is no time; write a time as 2026-05-03T12:00Z, or Unix milliseconds',
    );
    expect(read({}, [])).to.equal('404 profiles: none is saved of it yet');
    expect(read({ before: 'x'.repeat(1_001) })).to.match(/^400 link: /);
  });

  it('keeps the window for whoever opens it later', () => {
    const window = { from: '1970-01-01T00:30', search: 'x' };
    const link = (among = saved) => readLink(window, { saved: among, restarts: [] });
    const first = link();
    const query = first.kind === 'asked' ? writeLink(first.asked) : '';
    expect(query).to.equal('?from=1970-01-01T00%3A30&sample=inuse_space&search=x');
    const later = [...saved, { file: '4.pb.gz', at: 4 * HOUR, bytes: 9 }];
    expect(read(Object.fromEntries(new URLSearchParams(query)), later)).to.include({
      before: '1.pb.gz',
      after: '4.pb.gz',
    });
  });

  it('looks at one profile alone where there is no other, or it is asked to', () => {
    expect(read({}, saved.slice(0, 1))).to.include({ before: '', after: '0.pb.gz' });
    expect(read({ before: 'none' })).to.include({ before: '', after: '3.pb.gz' });
  });

  it('holds the whole view', () => {
    const asked = {
      before: '1.pb.gz',
      after: '2.pb.gz',
      from: '',
      to: '',
      type: 'alloc_objects',
      sort: 'cum',
      inverted: true,
      zoom: '0.12.3',
      search: 'a&b=c #é',
      function: 'example.com/x.(*T[go.shape.int]).F',
      theme: 'dark',
    } as const;
    const query = Object.fromEntries(new URLSearchParams(writeLink(asked)));
    expect(read(query)).to.deep.equal(asked);
    const alone = { ...asked, before: '' };
    expect(read(Object.fromEntries(new URLSearchParams(writeLink(alone))))).to.deep.equal(alone);
  });

  it('falls back on the default where a part of it says nothing', () => {
    const odd = { sample: 'cpu', sort: 'x', zoom: '../1', theme: 'pink', invert: 'yes' };
    expect(read(odd)).to.include({
      type: 'inuse_space',
      sort: 'flat',
      zoom: '',
      theme: 'light',
      inverted: false,
    });
  });
});
