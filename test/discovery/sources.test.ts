import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Resolver } from 'node:dns/promises';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { decode, encode, type Answer } from 'dns-packet';
import { Secret } from '../../src/config/secret.ts';
import { readDns, systemLookup } from '../../src/discovery/dns-source.ts';
import { readFiles, type FileSourceParts } from '../../src/discovery/file-source.ts';
import { readHttp } from '../../src/discovery/http-source.ts';
import { createListReader } from '../../src/discovery/list-reader.ts';
import type { Labels } from '../../src/discovery/relabel.ts';
import { NO_SEARCH, searchPathOf } from '../../src/discovery/search-path.ts';
import { sourcesOf } from '../../src/discovery/sources.ts';
import { Stop } from '../../src/runtime/stop-signal.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from '../support/http-config.ts';
import { serve } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { groupOf } from './group-of.ts';

const failureOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const lists = createListReader();
after(() => lists.close());
const reading = (): FileSourceParts => ({ lists, remembered: new Map() });

describe('lists of targets in files', () => {
  let folder = '';
  beforeEach(() => (folder = tempFolder('discovery')));
  afterEach(() => rm(folder, { recursive: true }));
  const readAll = (known: readonly Labels[], ...names: readonly string[]) =>
    readFiles(
      { paths: names.map((name) => join(folder, name)), refreshMs: 1_000 },
      known,
      reading(),
    );
  const read = async (...names: readonly string[]) => {
    const { found, problem } = await readAll([], ...names);
    if (problem !== undefined) throw new Error(problem);
    return found;
  };

  it("are Prometheus's, JSON or YAML, by a pattern too", async () => {
    const json = [{ targets: ['a:1', 'b:1'], labels: { env: 'prod' } }];
    await writeFile(join(folder, 'shop.one.json'), JSON.stringify(json));
    await writeFile(join(folder, 'shop.two.yml'), '- targets: [c:1]\n  labels: { shard: 1 }\n');
    await writeFile(join(folder, 'shopXone.json'), 'not read');
    await writeFile(join(folder, 'empty.yaml'), '');
    const of = (name: string) => ({ __meta_filepath: join(folder, name) });
    expect(await read('shop.*.json', 'shop.*.yml', 'shop.two.yml', 'empty.yaml')).to.deep.equal([
      { __address__: 'a:1', env: 'prod', ...of('shop.one.json') },
      { __address__: 'b:1', env: 'prod', ...of('shop.one.json') },
      { __address__: 'c:1', shard: '1', ...of('shop.two.yml') },
    ]);
  });

  it('may have nothing where Go writes null, and names of labels that JavaScript gives a meaning', async () => {
    const written = '[{"targets":null,"labels":{}},{"targets":["a:1"],"labels":null}]';
    await writeFile(join(folder, 'nil.json'), written);
    await writeFile(join(folder, 'none.json'), 'null');
    await writeFile(join(folder, 'nil.yml'), '- targets: [b:1]\n  labels:\n- targets: ~\n');
    const hostile = '[{"targets":["c:1"],"labels":{"__proto__":"x","constructor":"y"}}]';
    await writeFile(join(folder, 'odd.json'), hostile);
    const found = await read('nil.json', 'none.json', 'nil.yml', 'odd.json');
    expect(found.map(({ __address__ }) => __address__)).to.deep.equal(['a:1', 'b:1', 'c:1']);
    expect(found[2]?.['constructor']).to.equal('y');
  });

  it('write nothing of what is in them to the log', async () => {
    const said: string[] = [];
    const hear = (warning: Error): void => void said.push(warning.message);
    process.on('warning', hear);
    await writeFile(join(folder, 'tag.yml'), '- targets: [!secret a:1]');
    await failureOf(read('tag.yml'));
    await setImmediate();
    process.off('warning', hear);
    expect(said).to.deep.equal([]);
  });

  it('are refused where they are none, by their name and without its text', async () => {
    await writeFile(join(folder, 'good.json'), '[]');
    expect(await read('no-*.json')).to.deep.equal([]);
    const bad: Readonly<Record<string, string>> = {
      '{"secret': 'no JSON',
      '{}': 'at the top',
      '[{"targets":["a:1"],"secret":1}]': 'at 0',
      '[{"targets":["a:1"],"labels":{"a":1}}]': 'at 0.labels.a',
      [`[{"targets":[${'"a",'.repeat(20_000)}"a"]}]`]: 'more than 20000 targets',
    };
    for (const [text, said] of Object.entries(bad)) {
      await writeFile(join(folder, 'bad.json'), text);
      const failure = await failureOf(read('good.json', 'bad.json'));
      expect(failure)
        .to.contain(`${join(folder, 'bad.json')}: `)
        .and.contain(said);
      expect(failure).not.to.contain('secret');
    }
    const labels = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`l${i}`, 'x'.repeat(1_000)]),
    );
    const targets = Array.from({ length: 10_000 }, () => 'a:1');
    await writeFile(join(folder, 'bad.json'), JSON.stringify([{ targets, labels }]));
    expect(await failureOf(read('bad.json'))).to.contain('more than 64MiB with the labels');
    expect(await failureOf(read('missing.json'))).to.contain('missing.json: no such file');
    await mkdir(join(folder, 'sub.json'));
    expect(await failureOf(read('sub.json'))).to.contain('sub.json: a folder');
    expect(
      await failureOf(readFiles({ paths: ['/none/*.json'], refreshMs: 1 }, [], reading())),
    ).to.contain('/none');
  });
});

describe('lists in several places', () => {
  it('fail each alone, and what was found there last stands', async () => {
    const folder = tempFolder('discovery');
    const [mine, yours] = [join(folder, 'mine.json'), join(folder, 'yours.json')];
    const config = { paths: [join(folder, '*.json')], refreshMs: 1_000 };
    await writeFile(mine, '[{"targets":["a:1"]}]');
    await writeFile(yours, '[{"targets":["b:1"]}]');
    const first = await readFiles(config, [], reading());
    expect(first.problem).to.equal(undefined);
    await writeFile(mine, '[{"targets":["c:1"]}]');
    await writeFile(yours, '[{"targets":["d');
    const second = await readFiles(config, first.found, reading());
    expect(second.found.map(({ __address__ }) => __address__)).to.deep.equal(['c:1', 'b:1']);
    expect(second.problem).to.equal(`${yours}: no JSON`);
    await rm(yours);
    expect((await readFiles(config, second.found, reading())).found).to.have.length(1);
    await writeFile(
      yours,
      JSON.stringify([{ targets: Array.from({ length: 20_000 }, () => 'a:1') }]),
    );
    expect(await failureOf(readFiles(config, [], reading()))).to.contain('more than 20000 targets');
    await rm(folder, { recursive: true });
  });

  it('are not read anew where they say what they said', async () => {
    const folder = tempFolder('discovery');
    const file = join(folder, 'a.yml');
    const config = { paths: [file], refreshMs: 1_000 };
    const parts = reading();
    await writeFile(file, '- targets: [a:1]');
    const first = await readFiles(config, [], parts);
    expect((await readFiles(config, [], parts)).found[0]).to.equal(first.found[0]);
    await writeFile(file, '- targets: [b:1]');
    expect((await readFiles(config, [], parts)).found[0]?.['__address__']).to.equal('b:1');
    await writeFile(file, '#'.repeat(2 * 2 ** 20 + 1));
    expect((await readFiles(config, [], parts)).problem).to.contain('larger than 2MiB of YAML');
    await readFiles({ ...config, paths: [] }, [], parts);
    expect(parts.remembered).to.have.length(0);
    await rm(folder, { recursive: true });
  });

  it('are not waited for where a file is a pipe that nobody writes to', async () => {
    const folder = tempFolder('discovery');
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    const { problem } = await readFiles(
      { paths: [join(folder, '*.json')], refreshMs: 1_000 },
      [],
      reading(),
    );
    expect(problem).to.contain('pipe.json: no regular file');
    await rm(folder, { recursive: true });
  });

  it('are given up as soon as reading ends', async () => {
    const folder = '/nowhere';
    const never = () => new Promise<never>(() => undefined);
    const searchPath = () => Promise.resolve(NO_SEARCH);
    const lookup = Object.assign(new Resolver(), { resolve4: never, searchPath });
    const group = { ...groupOf('dns_sd_configs: [{ names: [a.example.com] }]'), files: [] };
    const surroundings = { env: {}, serviceAccount: folder };
    const [source] = sourcesOf(group, { createHttpClient, lookup, surroundings, lists });
    const stop = new Stop();
    const failure = failureOf(source?.read(stop, []) ?? Promise.resolve());
    stop.abort();
    expect(await failure).to.contain('given up');
  });
});

describe('the pods of several namespaces', () => {
  it('are looked at every five seconds, each by a client that ends with them', async () => {
    const open = new Set<object>();
    const group = {
      ...groupOf(
        `kubernetes_sd_configs: [{ api_server: https://127.0.0.1:1, namespaces: { names: [a, b] } }]`,
      ),
      files: [],
    };
    const [source] = sourcesOf(group, {
      createHttpClient: (http) => {
        const client = createHttpClient(http);
        open.add(client);
        return { ...client, close: () => Promise.resolve(void open.delete(client)) };
      },
      lookup: systemLookup(),
      surroundings: { env: {}, serviceAccount: '/nowhere' },
      lists,
    });
    await source?.read(new Stop(), []);
    expect(open).to.have.length(2);
    await source?.close();
    expect(open).to.have.length(0);
    expect(source?.refreshMs).to.equal(5_000);
  });
});

describe('a list of targets over HTTP', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());
  const read = async ({ status = 200, body }: { status?: number; body: unknown }) => {
    const service = resources.add(
      await serve((_, response) => {
        response.writeHead(status);
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }),
    );
    const client = resources.add(createHttpClient(httpConfig({})));
    const url = Secret.of(`${service.url}/list?token=s3cr3t`);
    const config = { url, http: httpConfig({}), timeoutMs: 5_000, refreshMs: 60_000 };
    return readHttp(config, { client, lists }, new Stop());
  };

  it('is what its answer says', async () => {
    expect(await read({ body: [{ targets: ['a:1'], labels: { b: 'c' } }] })) //
      .to.deep.equal([{ __address__: 'a:1', b: 'c' }]);
    expect(await read({ body: [] })).to.deep.equal([]);
  });

  it('is refused where it is none, without its URL', async () => {
    for (const [status, body] of [
      [500, []],
      [204, []],
      [302, []],
      [401, []],
      [200, '<html>'],
      [200, { targets: [] }],
    ] as const) {
      const failure = await failureOf(read({ status, body }));
      expect(failure)
        .to.match(/status|no JSON|no list/)
        .and.not.contain('s3cr3t');
      if (status === 302) expect(failure).to.contain('http.follow_redirects');
      if (status === 401) expect(failure).to.contain('http.authorization');
    }
  });
});

describe('targets that DNS tells', () => {
  let server: Socket;
  const records = new Map<string, readonly Answer[]>();
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  const asked: string[] = [];
  let searched = NO_SEARCH;

  before(async () => {
    server = createSocket('udp4').bind(0, '127.0.0.1');
    server.on('message', (message, from) => {
      const { id, questions = [] } = decode(message);
      const [{ name, type } = { name: '', type: 'A' }] = questions;
      asked.push(name);
      const answers = records.get(`${type} ${name}`);
      const code = answers === undefined ? 3 : name.startsWith('broken') ? 2 : 0;
      const packet = {
        id: id ?? 0,
        type: 'response' as const,
        flags: code,
        questions,
        answers: [...(answers ?? [])],
      };
      server.send(encode(packet), from.port, from.address);
    });
    await once(server, 'listening');
    resolver.setServers([`127.0.0.1:${server.address().port}`]);
  });
  after(() => void server.close());
  afterEach(() => (searched = NO_SEARCH));

  const readAll = (
    known: readonly Labels[],
    type: 'A' | 'AAAA' | 'SRV',
    names: readonly string[],
  ) =>
    readDns(
      { names, type, port: type === 'SRV' ? undefined : 6060, refreshMs: 1_000 },
      Object.assign(resolver, { searchPath: () => Promise.resolve(searched) }),
      known,
    );
  const read = async (type: 'A' | 'AAAA' | 'SRV', ...names: readonly string[]) => {
    const { found, problem } = await readAll([], type, names);
    if (problem !== undefined) throw new Error(problem);
    return found;
  };

  it('are an address for each record of each name', async () => {
    const name = 'cart.shop.svc.cluster.local';
    const address = (data: string, type: 'A' | 'AAAA') => ({ type, name, ttl: 1, data });
    const target = { port: 9_000, target: 'cart-0.example.com', priority: 0, weight: 1 };
    records.set(`A ${name}`, [address('10.0.0.9', 'A'), address('10.0.0.7', 'A')]);
    records.set(`AAAA ${name}`, [address('fd00::7', 'AAAA')]);
    records.set(`SRV _pprof._tcp.${name}`, [
      { type: 'SRV', name: `_pprof._tcp.${name}`, ttl: 1, data: target },
    ]);
    const of = (__address__: string, __meta_dns_name: string) => ({ __address__, __meta_dns_name });
    expect(await read('A', `${name}.`)).to.deep.equal([
      of('10.0.0.7:6060', `${name}.`),
      of('10.0.0.9:6060', `${name}.`),
    ]);
    expect(await read('AAAA', name)).to.deep.equal([of('[fd00::7]:6060', name)]);
    expect(await read('SRV', `_pprof._tcp.${name}`)).to.deep.equal([
      of('cart-0.example.com:9000', `_pprof._tcp.${name}`),
    ]);
  });

  it('are those of the first name that is there, completed as resolv.conf says', async () => {
    const whole = 'pay.shop.svc.cluster.local';
    records.set(`A ${whole}`, [{ type: 'A', name: whole, ttl: 1, data: '10.0.0.3' }]);
    searched = searchPathOf('search shop.svc.cluster.local svc.cluster.local\noptions ndots:5');
    asked.length = 0;
    const { found, problem } = await readAll([], 'A', ['pay.shop']);
    expect(problem).to.equal(undefined);
    expect(found).to.deep.equal([{ __address__: '10.0.0.3:6060', __meta_dns_name: 'pay.shop' }]);
    expect(asked).to.deep.equal(['pay.shop.shop.svc.cluster.local', whole]);
    records.set('A broken.shop.svc.cluster.local', []);
    const broken = await readAll([], 'A', ['broken']);
    expect(broken.problem).to.equal('broken: ESERVFAIL');
    expect(asked.slice(-3)).to.deep.equal([
      'broken.shop.svc.cluster.local',
      'broken.svc.cluster.local',
      'broken',
    ]);
  });

  it('are not asked for by other names where nobody answers', async () => {
    const codes: string[] = [];
    const resolve4 = (name: string) => {
      codes.push(name);
      return Promise.reject(Object.assign(new Error('queryA'), { code: 'ETIMEOUT' }));
    };
    const lookup = Object.assign(new Resolver(), {
      resolve4,
      searchPath: () => Promise.resolve(searchPathOf('search a.example b.example')),
    });
    const config = { names: ['pay'], type: 'A', port: 6060, refreshMs: 1_000 } as const;
    expect((await readDns(config, lookup, [])).problem).to.equal('pay: ETIMEOUT');
    expect(codes).to.deep.equal(['pay.a.example']);
  });

  it('are completed as the file says now, or not at all where there is none', async () => {
    const folder = tempFolder('resolv');
    const file = join(folder, 'resolv.conf');
    const lookup = systemLookup(file);
    expect(await lookup.searchPath()).to.deep.equal(NO_SEARCH);
    await writeFile(file, 'search example.com');
    expect(await lookup.searchPath()).to.deep.equal({ domains: ['example.com'], ndots: 1 });
    await rm(folder, { recursive: true });
  });

  it('are none where no process of a service is up, and a failure where the server fails', async () => {
    expect(await read('A', 'gone.example.com')).to.deep.equal([]);
    records.set('A broken.example.com', []);
    expect(await failureOf(read('A', 'broken.example.com'))) //
      .to.equal('broken.example.com: ESERVFAIL');
    const known = [{ __address__: '10.0.0.1:6060', __meta_dns_name: 'broken.example.com' }];
    const { found } = await readAll(known, 'A', ['gone.example.com', 'broken.example.com']);
    expect(found).to.deep.equal(known);
  });
});
