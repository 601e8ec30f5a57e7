import { expect } from 'chai';
import { explainFailure } from '../../src/target/failure.ts';

function failing(message: string, code?: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });
}

describe('explainFailure', () => {
  for (const [error, kind, message] of [
    [
      failing('getaddrinfo ENOTFOUND shop.test', 'ENOTFOUND'),
      'dns',
      'getaddrinfo ENOTFOUND shop.test; the name',
    ],
    [failing('getaddrinfo EAI_AGAIN shop.test', 'EAI_AGAIN'), 'dns', 'EAI_AGAIN shop.test; '],
    [
      failing('Connect Timeout Error', 'UND_ERR_CONNECT_TIMEOUT'),
      'timeout',
      'Connect Timeout Error (UND_ERR_CONNECT_TIMEOUT); nobody answers there; check',
    ],
    [
      failing('certificate has expired', 'CERT_HAS_EXPIRED'),
      'tls',
      'certificate has expired (CERT_HAS_EXPIRED); check',
    ],
    [
      failing('wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER'),
      'tls',
      'wrong version number',
    ],
    [failing('read ECONNRESET', 'ECONNRESET'), 'network', 'read ECONNRESET; look'],
    [
      failing('outer', undefined, failing('inner', 'ECONNREFUSED')),
      'refused',
      'outer (ECONNREFUSED); nobody',
    ],
    [
      new AggregateError([failing('connect ECONNREFUSED ::1:1', 'ECONNREFUSED')]),
      'refused',
      'connect ECONNREFUSED ::1:1; nobody',
    ],
    [
      failing('Proxy response (407) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED'),
      'auth',
      'Proxy response (407)',
    ],
    [
      failing('Proxy response (502) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED'),
      'network',
      'Proxy response (502)',
    ],
    ['a bare string', 'network', 'a bare string; look'],
    [failing('first line\nsecond\u001b[1m'), 'network', 'first line second [1m; look'],
  ] as const) {
    it(`calls "${String(error)}" ${kind}, with what to do`, () => {
      const failure = explainFailure(error);
      expect(failure.kind).to.equal(kind);
      expect(failure.message).to.contain(message);
    });
  }

  it('survives a cause that is its own cause', () => {
    const error = failing('round');
    error.cause = error;
    expect(explainFailure(error).kind).to.equal('network');
  });
});
