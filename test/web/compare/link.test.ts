import { expect } from 'chai';
import { readLink, writeLink } from '../../../src/web/compare/link.ts';

const HOUR = 3_600_000;
const saved = [0, 1, 2, 3].map((hour) => ({ file: `${hour}.pb.gz`, at: hour * HOUR, bytes: 9 }));

describe('the link of a comparison', () => {
  it('compares the first with the last profile where nothing else is said', () => {
    expect(readLink({}, saved)).to.include({
      before: '0.pb.gz',
      after: '3.pb.gz',
      type: 'inuse_space',
    });
  });

  it('takes the first and the last profile of a window', () => {
    const window = { from: '1970-01-01T00:30:00Z', to: String(2 * HOUR) };
    expect(readLink(window, saved)).to.include({ before: '1.pb.gz', after: '2.pb.gz' });
    expect(readLink({ from: String(9 * HOUR) }, saved)).to.equal(undefined);
  });

  it('looks at one profile alone where there is no other, or it is asked to', () => {
    expect(readLink({}, saved.slice(0, 1))).to.include({ before: '', after: '0.pb.gz' });
    expect(readLink({ before: 'none' }, saved)).to.include({ before: '', after: '3.pb.gz' });
    expect(readLink({}, [])).to.equal(undefined);
  });

  it('holds the whole view', () => {
    const asked = {
      before: '1.pb.gz',
      after: '2.pb.gz',
      type: 'alloc_objects',
      sort: 'cum',
      inverted: true,
      zoom: '0.12.3',
      search: 'a&b=c #é',
      function: 'example.com/x.(*T[go.shape.int]).F',
      theme: 'dark',
    } as const;
    const query = Object.fromEntries(new URLSearchParams(writeLink(asked)));
    expect(readLink(query, saved)).to.deep.equal(asked);
    const alone = { ...asked, before: '' };
    expect(
      readLink(Object.fromEntries(new URLSearchParams(writeLink(alone))), saved),
    ).to.deep.equal(alone);
  });

  it('falls back on the default where a part of it says nothing', () => {
    const odd = { sample: 'cpu', sort: 'x', zoom: '../1', theme: 'pink', invert: 'yes' };
    expect(readLink(odd, saved)).to.include({
      type: 'inuse_space',
      sort: 'flat',
      zoom: '',
      theme: 'light',
      inverted: false,
    });
  });
});
