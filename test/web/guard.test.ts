import { expect } from 'chai';
import { isCrossSite, isOwnHost } from '../../src/web/guard.ts';

const LOOPBACK = { host: '127.0.0.1', externalUrl: undefined };
const PROXIED = { host: '::1', externalUrl: 'https://leaks.example.com:8443/hw' };
const ANYWHERE = { host: '0.0.0.0', externalUrl: undefined };

describe('guard', () => {
  it('knows the names of loopback, with and without a port', () => {
    for (const host of [
      'localhost',
      'app.localhost:1',
      '127.0.0.1:9899',
      '127.8.8.8',
      '[::1]',
      '[::1]:1',
    ]) {
      expect(isOwnHost(host, LOOPBACK), host).to.equal(true);
    }
  });

  it('takes no other name for one of loopback', () => {
    for (const host of [
      '',
      'evil.example',
      '127.0.0.1.nip.io',
      '127.evil',
      'xlocalhost',
      '0.0.0.0',
      '[::2]',
      'a:b:c',
    ]) {
      expect(isOwnHost(host, LOOPBACK), host).to.equal(false);
    }
  });

  it('answers under the external name too, and under any where it is not bound to loopback', () => {
    expect(isOwnHost('leaks.example.com', PROXIED)).to.equal(true);
    expect(isOwnHost('leaks.example.com', LOOPBACK)).to.equal(false);
    expect(isOwnHost('whatever.example', ANYWHERE)).to.equal(true);
  });

  it('trusts what the browser says of the site, before the origin', () => {
    const origin = 'https://evil.example';
    const sender = { origin, host: 'evil.example' };
    expect(isCrossSite({ ...sender, secFetchSite: 'cross-site' }, LOOPBACK)).to.equal(true);
    expect(isCrossSite({ ...sender, secFetchSite: 'same-site' }, LOOPBACK)).to.equal(true);
    expect(isCrossSite({ ...sender, secFetchSite: 'same-origin' }, LOOPBACK)).to.equal(false);
    expect(isCrossSite({ ...sender, secFetchSite: 'none' }, LOOPBACK)).to.equal(false);
  });

  it('compares the origin with the host and the external address where there is only that', () => {
    const from = (origin: string | undefined) =>
      isCrossSite({ origin, host: '127.0.0.1:9899', secFetchSite: undefined }, PROXIED);
    expect(
      [undefined, 'http://127.0.0.1:9899', 'https://leaks.example.com:8443'].map(from),
    ).to.deep.equal([false, false, false]);
    expect(
      ['null', 'http://127.0.0.1:1', 'https://evil.example', 'nonsense'].map(from),
    ).to.deep.equal([true, true, true, true]);
  });
});
