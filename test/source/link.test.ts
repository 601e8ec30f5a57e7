import { expect } from 'chai';
import { sourceLink } from '../../src/source/link.ts';
import { repositoryPath } from '../../src/source/repository-path.ts';

const at = (name: string, file: string) => ({ function: name, file, line: 17 });
const CREATE = at(
  'example.com/shop/internal/session.(*Store).Create',
  '/b/internal/session/store.go',
);

describe('repositoryPath', () => {
  const path = (name: string, file: string, ...own: string[]) =>
    repositoryPath(at(name, file), own);

  it('is that of the package below the own one, whatever machine built it', () => {
    const name = 'example.com/shop/internal/session.(*Store).Create';
    for (const file of [
      '/b/x/store.go',
      'example.com/shop/internal/session/store.go',
      'C:\\b\\store.go',
    ]) {
      expect(path(name, file, 'example.com/shop')).to.equal('internal/session/store.go');
    }
    expect(path(name, '/b/store.go', 'example.com/shop/internal', 'example.com/shop')).to.equal(
      'session/store.go',
    );
    expect(path('example.com/shop.Run', '/b/run.go', 'example.com/shop')).to.equal('run.go');
  });

  it('knows where a repository begins on the well-known hosts', () => {
    expect(path('github.com/acme/shop/cart.Add', '/b/cart/cart.go')).to.equal('cart/cart.go');
    expect(path('main.main', 'github.com/acme/shop/cmd/shop/main.go')).to.equal('cmd/shop/main.go');
  });

  it('is not known where nothing tells it', () => {
    expect(path('example.com/shop/cart.Add', '/b/cart.go')).to.equal(undefined);
    expect(path('main.main', '/b/cmd/shop/main.go')).to.equal(undefined);
    expect(path('example.com/shopping.Add', '/b/cart.go', 'example.com/shop')).to.equal(undefined);
  });

  it('is not made of what is no source or climbs', () => {
    for (const file of ['', '/b/passwd', '/b/a b.go', '/b/x\u0000.go', '/b/.go']) {
      expect(path('github.com/a/b/c.F', file), file).to.equal(undefined);
    }
    expect(path('github.com/a/b/../../c.F', '/b/f.go')).to.equal(undefined);
    expect(path('main.main', 'github.com/a/b/../../f.go')).to.equal(undefined);
  });
});

describe('sourceLink', () => {
  const template = 'https://git.example.com/shop/blob/{revision}/{file}#L{line}';
  const ownPackages = ['example.com/shop'];

  it('leads to the line at the revision of the running build', () => {
    expect(sourceLink(template, { place: CREATE, ownPackages, revision: '0a1b2c3' })).to.deep.equal(
      {
        url: 'https://git.example.com/shop/blob/0a1b2c3/internal/session/store.go#L17',
        revision: '0a1b2c3',
      },
    );
  });

  it('leads to the newest where the target does not tell its revision, and says so', () => {
    expect(sourceLink(template, { place: CREATE, ownPackages, revision: undefined })).to.deep.equal(
      {
        url: 'https://git.example.com/shop/blob/HEAD/internal/session/store.go#L17',
        revision: undefined,
      },
    );
  });

  it('lets nothing that a target says become another part of the URL', () => {
    const place = at('github.com/a/b/c?d#e.F', '/b/f.go');
    const url = sourceLink(template, { place, ownPackages, revision: '../x?y#z' })?.url ?? '';
    expect(url).to.equal('https://git.example.com/shop/blob/..%2Fx%3Fy%23z/c%3Fd%23e/f.go#L17');
  });

  it('is none where the file cannot be placed', () => {
    const place = at('main.main', '/b/main.go');
    expect(sourceLink(template, { place, ownPackages, revision: undefined })).to.equal(undefined);
  });
});
