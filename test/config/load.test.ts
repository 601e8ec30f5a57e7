import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ConfigError } from '../../src/config/config-error.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/config/', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../../config/heapwarden.yaml', import.meta.url));
const ENV = {
  TOKEN: 's3cr3t',
  WORD: 'plenty',
  EMPTY: '',
  HOST: '10.0.0.7:6060',
  PROFILES: '48',
  MARKUP: 'x }\nweb: {',
  DOLLAR: '${HOST}',
};

describe('a configuration with a mistake', () => {
  const names = readdirSync(join(FIXTURES, 'bad'));

  for (const name of names) {
    it(`is told in full, in our own words and without a secret: ${name}`, () => {
      const text = readFileSync(join(FIXTURES, 'bad', name), 'utf8');
      const wanted = /^(?:# .*\n)+/.exec(text)?.[0] ?? '';
      const seen = problemsOf(text).map((problem) => problem.replace(/^F:/, '# '));
      expect(seen.join('\n')).to.equal(wanted.trimEnd()).and.not.contain('s3cr3t');
      for (const problem of seen) {
        expect(problem).to.match(/^# \d+:\d+ \S+: .+(; \S|\? write )/);
        expect(problem).not.to.match(/Invalid|expected|received|undefined/);
      }
    });
  }

  it('has a file for each kind of mistake', () => {
    expect(names).to.have.length.greaterThan(100);
  });
});

describe('a good configuration', () => {
  for (const name of readdirSync(join(FIXTURES, 'good'))) {
    it(`loads: ${name}`, async () => {
      expect((await loadConfig(join(FIXTURES, 'good', name), ENV)).targets).not.to.be.empty;
    });
  }

  it('tells where the source of a target is, from the folder of the file on', () => {
    const link = 'https://git.example.com/{revision}/{file}#L{line}';
    const sources = good('source.yaml').targets.map(({ source }) => source);
    expect(sources).to.deep.equal([
      { root: join(FIXTURES, 'good/src/shop'), urlTemplate: link },
      { root: undefined, urlTemplate: link },
      { root: undefined, urlTemplate: link },
    ]);
  });

  it('needs a target, a route and a receiver; the rest has a default', () => {
    const { targets, ...rest } = plainOf(good('minimal.yaml'));
    expect(rest).to.deep.equal({
      web: { host: '127.0.0.1', port: 9899, basicAuthUsers: {} },
      storage: { path: './data', profilesPerTarget: 64, maxBytes: 4 * 2 ** 30 },
      route: {
        receiver: 'oncall',
        matchers: [],
        continue: false,
        groupWaitMs: 30_000,
        groupIntervalMs: 300_000,
        repeatIntervalMs: 14_400_000,
        routes: [],
      },
      receivers: [{ name: 'oncall', emails: [], webhooks: [] }],
    });
    expect(targets).to.deep.equal([
      {
        name: 'shop',
        url: 'http://10.0.0.7:6060',
        labels: {},
        ownPackages: [],
        http: { headers: {}, tls: { insecureSkipVerify: false }, followRedirects: false },
        reading: { source: 'auto', intervalMs: 15_000, timeoutMs: 5_000 },
        trigger: { above: { kind: 'share', share: 0.75 }, growthBytesPerHour: 64 * 2 ** 20 },
        capture: {
          intervalMs: 60_000,
          baselineIntervalMs: 600_000,
          timeoutMs: 30_000,
          maxBytes: 64 * 2 ** 20,
          gc: 'never',
        },
        detection: { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 },
      },
    ]);
  });

  it('says what the documented example says', () => {
    const { smtp, route, receivers, targets } = good('design.yaml');
    expect(smtp).to.include({ host: 'mail.example.com', port: 587, username: 'heapwarden' });
    expect(targets[0]).to.include({ memoryLimitBytes: 2 ** 31 });
    expect(targets[0]!.http).to.include({ basicAuth: undefined, authorization: undefined });
    expect(route.routes[0]!.matchers).to.deep.equal([
      { label: 'team', operator: '=', value: 'payments' },
      { label: 'severity', operator: '=', value: 'critical' },
    ]);
    expect(receivers[0]!.emails[0]).to.include({ to: 'sre@example.com', sendResolved: false });
    expect(receivers[0]!.emails[0]!.smtp).to.deep.equal(smtp);
    expect(receivers[1]!.webhooks[0]).to.include({ timeoutMs: 10_000, sendResolved: true });
  });

  it('may be JSON, and keeps text as it is written', () => {
    const { targets, storage } = good('as-json.yaml');
    expect(targets[0]!.labels).to.deep.equal({ version: '1.10', build: '0012' });
    expect(targets[0]!.http.followRedirects).to.equal(true);
    expect(storage.profilesPerTarget).to.equal(32);
  });

  it('may repeat a part by its anchor', () => {
    expect(good('anchors.yaml').targets[1]!.labels).to.deep.equal({ service: 'shop' });
  });

  it('shows masks where it has secrets, however it is printed', async () => {
    const config = parseConfig(hook('url: https://hooks.example.com/s3cr3t', 'secret: s3cr3t'), {
      file: 'F',
      env: {},
    });
    const [webhook] = config.receivers[0]!.webhooks;
    expect(JSON.stringify(config)).to.contain('<secret>').and.not.contain('s3cr3t');
    expect(await webhook!.url.read()).to.equal('https://hooks.example.com/s3cr3t');
    expect(await webhook!.secret!.read()).to.equal('s3cr3t');
  });
});

describe('variables in a configuration', () => {
  const [shop] = good('variables.yaml').targets;

  it('stand for what the environment says, also for a number', () => {
    expect(shop!.url).to.equal('http://10.0.0.7:6060/10.0.0.7:6060');
    expect(shop!.labels['twice']).to.equal('4848');
    expect(good('variables.yaml').storage.profilesPerTarget).to.equal(48);
  });

  it('bring in neither YAML nor other variables', () => {
    expect(shop!.labels).to.include({ markup: 'x }\nweb: {', dollar: '${HOST}' });
  });

  it('are left alone after a second dollar, and so is every other dollar', () => {
    expect(shop!.labels).to.include({ escaped: '${HOST}', alone: 'pa$$word^$' });
  });

  it('are those of the environment, not of every object', () => {
    const text = hook('url: https://hooks.example.com/${toString}', 'timeout: 1s');
    expect(problemsOf(text).join()).to.contain('environment variable toString is not set');
  });
});

describe('what a configuration inherits', () => {
  const config = good('inheritance.yaml');
  const [other, token] = config.targets;

  it('is filled into a target key by key, the target before the defaults', () => {
    expect(other!.labels).to.deep.equal({ env: 'prod', team: 'search', region: 'eu' });
    expect(other!.memoryLimitBytes).to.equal(2 ** 30);
    expect(other!.ownPackages).to.deep.equal(['example.com/search', 'example.com/index']);
    expect(other!.reading).to.deep.equal({ source: 'auto', intervalMs: 60_000, timeoutMs: 20_000 });
    expect(Object.keys(other!.http.headers)).to.deep.equal(['X-Scope', 'X-Tenant']);
    expect(other!.http.tls).to.include({ serverName: 'search' });
    expect(other!.http.tls.caFile).to.match(/\/fixtures\/config\/good\/ca\.pem$/);
    expect(other!.http.basicAuth?.username).to.equal('heapwarden');
  });

  it('gives way to another way of logging in, and fills in a key without a value', () => {
    expect(token!.http.basicAuth).to.equal(undefined);
    expect(token!.http.authorization?.type).to.equal('Bearer');
    expect(token!.memoryLimitBytes).to.equal(2 ** 30);
  });

  it('moves what was not said along with what was', () => {
    expect(other!.capture).to.include({ intervalMs: 1_200_000, baselineIntervalMs: 1_200_000 });
    expect(other!.detection).to.include({ minProfiles: 300, confirmProfiles: 300 });
  });

  it('goes down the routes, but for matchers and continue', () => {
    const [prod] = config.route.routes;
    const [search] = prod!.routes;
    expect(prod).to.include({ receiver: 'oncall', groupWaitMs: 0, repeatIntervalMs: 86_400_000 });
    expect(search).to.include({ receiver: 'search', groupWaitMs: 0, continue: true });
    expect(search).to.include({ groupIntervalMs: 300_000, repeatIntervalMs: 86_400_000 });
    expect(search!.matchers).to.have.length(1);
  });

  it('is the mail server for an email, key by key, with one password', async () => {
    const [first, second] = config.receivers[0]!.emails;
    expect(first!.smtp).to.deep.equal(config.smtp);
    expect(first!.ownSmtpKeys).to.equal(undefined);
    expect(second!.ownSmtpKeys).to.include.members(['smarthost', 'from', 'tls_config.server_name']);
    for (const key of ['to', 'auth_username', 'tls_config.ca_file'])
      expect(second!.ownSmtpKeys).to.not.include(key);
    expect(second!.smtp).to.include({ host: '::1', port: 25, username: 'heapwarden' });
    expect(second!.smtp).to.include({ from: 'Leaks <leaks@example.com>', requireTls: false });
    expect(second!.smtp.tls.serverName).to.equal('other');
    expect(second!.smtp.tls.caFile).to.equal(first!.smtp.tls.caFile);
    expect(await second!.smtp.password!.read()).to.equal('other');
  });
});

describe('the file of a configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapwarden-config-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is where relative paths start from', async () => {
    writeFileSync(join(folder, 'hook'), 's3cr3t\n');
    const file = join(folder, 'heapwarden.yaml');
    writeFileSync(file, hook('url: https://hooks.example.com', 'secret_file: hook'));
    const config = await loadConfig(file, {});
    expect(await config.receivers[0]!.webhooks[0]!.secret!.read()).to.equal('s3cr3t');
  });

  it('is refused where it cannot be read, is too large or is no text', async () => {
    const large = join(folder, 'large.yaml');
    writeFileSync(large, '#'.repeat(2 ** 20 + 1));
    const binary = join(folder, 'binary.yaml');
    writeFileSync(binary, Buffer.from([0x61, 0xff, 0xfe]));
    const missing = join(folder, 'missing.yaml');
    expect(await Promise.all([missing, folder, large, binary].map(refusalOf))).to.deep.equal([
      `${missing}:1:1 file: cannot be read, seen no such file; write the path of a file that can be read`,
      `${folder}:1:1 file: cannot be read, seen a folder; write the path of a file that can be read`,
      `${large}:1:1 file: too large, seen more than 1MiB; write a smaller one`,
      `${binary}:1:1 file: not text, seen bytes that are no UTF-8; write it in UTF-8`,
    ]);
  });

  it('may be as large as a mebibyte', async () => {
    const text = readFileSync(join(FIXTURES, 'good/minimal.yaml'), 'utf8');
    const file = join(folder, 'padded.yaml');
    writeFileSync(file, text + '#'.repeat(2 ** 20 - text.length));
    expect((await loadConfig(file, {})).targets).to.have.length(1);
  });

  for (const [what, text] of Object.entries({
    'brackets in brackets': '['.repeat(2 ** 19),
    'dashes after dashes': '- '.repeat(2 ** 18),
    'braces in braces': '{a: '.repeat(2 ** 17),
    'an alias in its own anchor': 'a: &a [*a, *a, *a]',
  })) {
    it(`may not be nested without end: ${what}`, () => {
      expect(problemsOf(text)).to.have.length(1);
      expect(problemsOf(text)[0]).to.contain('YAML: nested more than 64 levels deep');
    });
  }

  it('may not multiply itself by aliases of aliases', () => {
    const level = (n: number) =>
      `a${n}: &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(',')}]\n`;
    const text = `a0: &a0 [x]\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(level).join('')}`;
    expect(problemsOf(text)).to.have.length(1);
    expect(problemsOf(text)[0]).to.contain('YAML: more than 100000 values');
  });
});

describe('config/heapwarden.yaml', () => {
  const text = readFileSync(EXAMPLE, 'utf8');
  const env = Object.fromEntries(
    [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name ?? '', 'some value']),
  );

  it('loads as it is', async () => {
    expect((await loadConfig(EXAMPLE, {})).targets.map(({ name }) => name)).to.deep.equal([
      'checkout-1',
      'search-1',
    ]);
  });

  it('writes down the very defaults', () => {
    const [written] = parseConfig(text, { file: 'F', env }).targets;
    const [byDefault] = good('minimal.yaml').targets;
    for (const block of ['reading', 'trigger', 'capture', 'detection'] as const) {
      expect(written![block]).to.deep.equal(byDefault![block]);
    }
  });

  it('names every key there is', () => {
    const keys = new Set(
      problemsOf(UNKNOWN_EVERYWHERE)
        .flatMap((problem) => problem.split('write one of ')[1]?.split(', ') ?? [])
        .filter((key) => !text.includes(`${key}:`)),
    );
    expect([...keys]).to.deep.equal([]);
    expect(problemsOf(UNKNOWN_EVERYWHERE)).to.have.length(31);
  });

  it('shows nothing in comments that would not be understood', () => {
    const lines = text.split('\n');
    const commented = lines.flatMap((line, index) => (/^ +#\w[\w-]*: ./.test(line) ? [index] : []));
    expect(commented.length).to.be.greaterThan(15);
    for (const index of commented) {
      const tried = lines.with(index, lines[index]!.replace('#', '')).join('\n');
      for (const problem of problemsOf(tried, env)) {
        expect(problem).to.match(/given beside|given alone/);
      }
    }
  });
});

const UNKNOWN_EVERYWHERE = `
zz: 1
global: { zz: 1, smtp_tls_config: { zz: 1 } }
web: { zz: 1 }
storage: { zz: 1 }
target_defaults: { zz: 1 }
targets:
  - name: a
    url: http://10.0.0.7:6060
    zz: 1
    reading: { zz: 1 }
    trigger: { zz: 1 }
    capture: { zz: 1 }
    detection: { zz: 1 }
    http: { zz: 1, basic_auth: { username: a, password: b, zz: 1 }, tls_config: { zz: 1 }, headers: { X: { file: a, zz: 1 } } }
  - name: b
    url: http://10.0.0.8:6060
    http: { authorization: { credentials: a, zz: 1 } }
discovery:
  - name: a
    zz: 1
    file_sd_configs: [{ files: [a.json], zz: 1 }]
    http_sd_configs: [{ url: 'http://a', zz: 1 }]
    dns_sd_configs: [{ names: [a], zz: 1 }]
    relabel_configs: [{ action: labeldrop, zz: 1 }]
route: { receiver: a, zz: 1 }
receivers:
  - { name: a, zz: 1, email_configs: [{ to: a@b, from: a@b, smarthost: 'a:1', zz: 1 }], webhook_configs: [{ url: 'http://a', zz: 1 }],
      alertmanager_configs: [{ url: 'http://a', zz: 1 }], slack_configs: [{ api_url: 'http://a', zz: 1 }],
      pagerduty_configs: [{ routing_key: a, zz: 1 }], feishu_configs: [{ url: 'http://a', zz: 1 }],
      dingtalk_configs: [{ url: 'http://a', zz: 1 }], wecom_configs: [{ url: 'http://a', zz: 1 }] }
`;

function hook(...lines: readonly string[]): string {
  return [
    'targets: [{ name: shop, url: http://10.0.0.7:6060 }]',
    'route: { receiver: oncall }',
    'receivers:',
    '  - name: oncall',
    '    webhook_configs:',
    `      - ${lines.join('\n        ')}`,
    '',
  ].join('\n');
}

function good(name: string): Config {
  const file = join(FIXTURES, 'good', name);
  return parseConfig(readFileSync(file, 'utf8'), { file, env: ENV });
}

function plainOf(config: Config): Config {
  return JSON.parse(JSON.stringify(config)) as Config;
}

function problemsOf(text: string, env: Readonly<Record<string, string>> = ENV): readonly string[] {
  try {
    parseConfig(text, { file: 'F', env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

async function refusalOf(path: string): Promise<string> {
  return loadConfig(path, {}).then(
    () => 'loaded',
    (error: unknown) => (error instanceof ConfigError ? error.message : String(error)),
  );
}
