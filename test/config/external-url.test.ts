import { hostname } from 'node:os';
import { expect } from 'chai';
import { externalUrlOf } from '../../src/config/external-url.ts';

describe('where people reach the page', () => {
  const tls = { certFile: 'a.pem', keyFile: 'a.key' };
  const of = (host: string, more: { externalUrl?: string; tls?: typeof tls } = {}) =>
    externalUrlOf({
      externalUrl: more.externalUrl,
      web: { host, port: 9899, basicAuthUsers: {}, tls: more.tls },
    });

  it('is what the file says, else where it listens', () => {
    const externalUrl = 'https://leaks.example.com';
    expect(of('', { externalUrl })).to.equal(externalUrl);
    expect(of('10.0.0.7')).to.equal('http://10.0.0.7:9899');
    expect(of('::1', { tls })).to.equal('https://[::1]:9899');
  });

  it('has the name of the machine where it listens on all addresses', () => {
    for (const host of ['', '0.0.0.0', '::']) {
      expect(of(host)).to.equal(`http://${hostname()}:9899`);
    }
    expect(of('', { tls })).to.equal(`https://${hostname()}:9899`);
  });
});
