import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';
import { answerByCode } from '../../src/notify/answer-code.ts';
import { unanswered } from '../../src/notify/http-answer.ts';
import { redact } from '../../src/notify/redact.ts';
import { readHttpSecrets, unspokenOf } from '../../src/notify/unspoken.ts';
import { httpConfig } from '../support/http-config.ts';

const KEY = 'k3y/with+signs';

describe('what is said by others', () => {
  it('has no secret in it, plain, in a URL or in the base64 of basic authentication', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const said = [KEY, encodeURIComponent(KEY), base64(KEY), base64(KEY).replace(/=+$/, '')];
    for (const each of said) {
      const clean = redact(`no ${each} here`, [KEY]);
      expect(clean).to.match(/^no <secret>=* here$/);
    }
  });

  it('has no rest of a secret in which another one is', () => {
    expect(redact('a-long-secret', ['long', 'a-long-secret'])).to.equal('<secret>');
    expect(redact('of the', ['the'])).to.equal('of the');
  });

  it('is clean of them where no answer came, and where the answer has a code of its own', () => {
    expect(unanswered(new Error(`bad ${KEY}`), [KEY])).to.deep.equal({
      kind: 'retry',
      reason: 'bad <secret>',
    });
    const body = Buffer.from(JSON.stringify({ errcode: 7, errmsg: KEY }));
    const response = { status: 200, headers: {}, body };
    const codes = { key: 'errcode', retried: [9], limitedForMs: 60_000 };
    const context = { now: 0, secrets: [KEY] };
    expect(answerByCode(response, context, codes)).to.deep.equal({
      kind: 'refused',
      reason: '{"errcode":7,"errmsg":"<secret>"}',
    });
    const busy = { ...response, body: Buffer.from('{"errcode":9}') };
    expect(answerByCode(busy, context, codes)).to.include({ kind: 'retry', afterMs: 60_000 });
  });
});

describe('what must not be quoted of a URL', () => {
  const url = 'https://ada:pa55-word@hooks.example.com/T0001/s3cr3t-path?key=s3cr3t-query&to=x';
  const quoted = (text: string) => redact(text, unspokenOf(url));

  it('is all of it, its path and query, who logs in, and each part that may be a key', () => {
    expect(quoted(`POST ${url}`)).to.equal('POST <secret>');
    expect(quoted('/T0001/s3cr3t-path?key=s3cr3t-query&to=x')).to.equal('<secret>');
    expect(quoted('no /T0001/s3cr3t-path.')).to.equal('no <secret>.');
    expect(quoted('no ?key=s3cr3t-query&to=x.')).to.equal('no <secret>.');
    for (const part of ['pa55-word', 's3cr3t-path', 's3cr3t-query'])
      expect(quoted(`no ${part}.`)).to.equal('no <secret>.');
    const login = unspokenOf('https://robot-17@hooks.example.com/');
    expect(redact('who is robot-17?', login)).to.equal('who is <secret>?');
  });

  it('is the text as it stands where it is none', () => {
    expect(redact('no such url: s3cr3t', unspokenOf('s3cr3t'))).to.equal('no such url: <secret>');
  });
});

describe('the secrets of an http block', () => {
  it('are not found in a login that is sent back as it was sent', async () => {
    const basicAuth = { username: 'ada', password: Secret.of('a-password') };
    const proxyUrl = Secret.of('http://bob:a%20proxy%27s@proxy:3128');
    const secrets = [
      ...(await readHttpSecrets(httpConfig({ basicAuth, proxyUrl }))),
      ...unspokenOf('https://eve:a-url%27s@hooks.example.com/'),
    ];
    for (const login of ['ada:a-password', "bob:a proxy's", "eve:a-url's"]) {
      const sent = `authorization: Basic ${Buffer.from(login).toString('base64')}`;
      expect(redact(sent, secrets)).to.match(/^authorization: Basic <secret>=*$/);
    }
    expect(unspokenOf('https://eve:100%@hooks.example.com/')).to.include('eve');
  });

  it('are its headers, its passwords and the address of its proxy', async () => {
    const of = (text: string) => Secret.of(text);
    const http = httpConfig({
      headers: { 'X-Key': of('a-header') },
      basicAuth: { username: 'ada', password: of('a-password') },
      authorization: { type: 'Bearer', credentials: of('a-token') },
      proxyUrl: of('http://ada:pw@proxy:3128'),
    });
    expect(await readHttpSecrets(http)).to.include.members([
      'a-header',
      'a-password',
      'a-token',
      'http://ada:pw@proxy:3128',
    ]);
  });
});
