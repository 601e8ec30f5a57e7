import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkConfig } from '../../src/cli/check-config.ts';

describe('check-config', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapwarden-check-'));
  const file = join(folder, 'heapwarden.yaml');
  after(() => rmSync(folder, { recursive: true }));

  async function check(text: string) {
    writeFileSync(file, text);
    const { exitCode, output } = await checkConfig(file, {
      LIMIT: '2GiB',
      HERE: 'https://heapwarden.example.com',
    });
    return { exitCode, lines: output.replaceAll(`${file}`, 'F').split('\n') };
  }

  it('says in a few lines what a good file holds', async () => {
    expect(
      await check(`
global: { external_url: "\${HERE}" }
targets:
  - { name: shop, url: http://10.0.0.7:6060, memory_limit: "\${LIMIT}", labels: { team: a } }
  - { name: search, url: http://10.0.0.8:6060, trigger: { above: 1GiB } }
route:
  receiver: oncall
  routes: [{ matchers: [team = a], receiver: payments }]
receivers:
  - { name: oncall, email_configs: [{ to: a@b.c, from: a@b.c, smarthost: "a:25" }] }
  - { name: payments, webhook_configs: [{ url: http://a }, { url: http://b }] }
`),
    ).to.deep.equal({
      exitCode: 0,
      lines: [
        'F is good.',
        '2 targets: shop, search',
        '2 receivers: oncall (1 email), payments (2 webhooks)',
        '2 routes',
      ],
    });
  });

  it('says that there are no targets, and no more of them', async () => {
    const { lines } = await check(`
targets: []
discovery: [{ name: shop, http_sd_configs: [{ url: http://a/ }], trigger: { above: 1GiB } }]
route: { receiver: oncall }
receivers: [{ name: oncall, webhook_configs: [{ url: http://b/ }] }]
`);
    expect(lines.slice(0, 3)).to.deep.equal([
      'F is good.',
      '0 targets',
      '1 group of discovery: shop (1 http)',
    ]);
  });

  it('warns of a share without a limit, of receivers without use, and of files not there', async () => {
    writeFileSync(join(folder, 'there'), 's3cr3t');
    const { exitCode, lines } = await check(`
target_defaults: { http: { headers: { X-Token: { file: gone } } } }
targets:
  - { name: shop, url: http://10.0.0.7:6060, trigger: { above: 80% }, labels: { some_file: gone } }
  - { name: search, url: http://10.0.0.8:6060, memory_limit: 1GiB }
route: { receiver: nobody }
receivers:
  - name: nobody
  - { name: unused, webhook_configs: [{ url_file: there, secret_file: gone }] }
global: { external_url: "\${HERE}" }
`);
    expect(exitCode).to.equal(0);
    expect(lines.slice(4)).to.deep.equal([
      'warning: F:2:56 target_defaults.http.headers.X-Token.file: cannot be read now, seen no such file; write it before the daemon needs it',
      'warning: F:4:5 targets[0]: memory_limit is not set, so 80% of it works only where the target tells GOMEMLIMIT; write memory_limit, or a size as trigger.above',
      'warning: F:8:5 receivers[0]: it tells nobody; write email_configs or webhook_configs',
      'warning: F:9:5 receivers[1]: no route leads to it; name it in a route',
      'warning: F:9:71 receivers[1].webhook_configs[0].secret_file: cannot be read now, seen no such file; write it before the daemon needs it',
    ]);
  });

  it('warns of matchers that hold for nothing there can be, unless lists may bring the label', async () => {
    const file = (more: string) => `
global: { external_url: "\${HERE}" }
targets: [{ name: shop, url: http://10.0.0.7:6060, memory_limit: 1GiB, labels: { team: a } }]
route:
  receiver: oncall
  routes:
    - { receiver: oncall, matchers: ['tem = a', 'team = b', 'target = shop'] }
    - { receiver: oncall, matchers: ['env = ""', 'zone != b', 'severity =~ "warn.*"'] }
    - { receiver: oncall, routes: [{ receiver: oncall, matchers: [severity = crit] }] }
accepted: [{ matchers: [stage = prod], budget: 1GiB }]
receivers: [{ name: oncall, webhook_configs: [{ url: http://a }] }]
${more}`;
    const ofSeverity =
      'warning: F:9:67 route.routes[2].routes[0].matchers[0]: holds for no severity; write one of warning, critical';
    expect((await check(file(''))).lines.slice(4)).to.deep.equal([
      'warning: F:7:38 route.routes[0].matchers[0]: no target has a label tem, did you mean team? write one that they have',
      ofSeverity,
      'warning: F:10:25 accepted[0].matchers[0]: no target has a label stage; write one that they have',
    ]);
    const group = { name: 'more', http_sd_configs: [{ url: 'http://a' }], memory_limit: '1GiB' };
    const { lines } = await check(file(`discovery: [${JSON.stringify(group)}]`));
    expect(lines.slice(5)).to.deep.equal([ofSeverity]);
  });

  const many = (above: string, receivers: readonly string[]) =>
    [
      'targets:',
      ...Array.from(
        { length: 30 },
        (_, i) => `  - { name: t${i}, url: "http://10.0.0.7:${6060 + i}", trigger: ${above} }`,
      ),
      'route: { receiver: a }',
      'receivers:',
      '  - { name: a, webhook_configs: [{ url: http://a }] }',
      ...receivers,
      'global: { external_url: "${HERE}" }',
    ].join('\n');

  it('lists the first of many, and counts the rest', async () => {
    const unused = Array.from(
      { length: 30 },
      (_, i) => `  - { name: r${i}, webhook_configs: [{ url: http://a }] }`,
    );
    const { lines } = await check(many('{ above: 1GiB }', unused));
    expect(lines[1]).to.equal('30 targets: t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 20 more');
    expect(lines).to.have.length(4 + 20 + 1);
    expect(lines.at(-1)).to.equal('and 10 more warnings');
  });

  it('warns once of what many targets lack, and names them', async () => {
    const { lines } = await check(many('{ above: 80% }', []));
    expect(lines.slice(4)).to.deep.equal([
      'warning: F:2:5 targets[0]: memory_limit is not set, so 80% of it works only where the target tells GOMEMLIMIT; write memory_limit, or a size as trigger.above (also for t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 19 more)',
    ]);
  });

  it('warns of groups of discovery as of targets, where no rule tells them their limit', async () => {
    const { lines } = await check(`
discovery:
  - { name: shop, http_sd_configs: [{ url_file: gone }] }
  - name: cart
    dns_sd_configs: [{ names: [cart.example.com] }]
    relabel_configs: [{ source_labels: [limit], target_label: __memory_limit__ }]
  - { name: pay, dns_sd_configs: [{ names: [pay.example.com] }], memory_limit: 1GiB }
  - { name: pods, kubernetes_sd_configs: [{}, { namespaces: { names: [shop] } }] }
route: { receiver: a }
receivers: [{ name: a, webhook_configs: [{ url: http://a }] }]
global: { external_url: "\${HERE}" }
`);
    expect(lines).to.include(
      '4 groups of discovery: shop (1 http), cart (1 dns), pay (1 dns), pods (2 kubernetes)',
    );
    expect(lines.filter((line) => line.startsWith('warning'))).to.deep.equal([
      'warning: F:3:5 discovery[0]: memory_limit is not set, so 75% of it works only where the target tells GOMEMLIMIT; write memory_limit, or a size as trigger.above',
      'warning: F:3:49 discovery[0].http_sd_configs[0].url_file: cannot be read now, seen no such file; write it before the daemon needs it',
    ]);
  });

  it('warns of a list of targets that is named whole and not there, and of the folder of a pattern', async () => {
    writeFileSync(join(folder, 'there.json'), '[]');
    const { exitCode, lines } = await check(`
discovery:
  - name: shop
    memory_limit: 1GiB
    file_sd_configs:
      - files: [gone.json, there.json, 'targets/*.json', "${folder}/gone/too.yaml"]
      - { files: ['*.yml'] }
route: { receiver: a }
receivers: [{ name: a, webhook_configs: [{ url: http://a }] }]
global: { external_url: "\${HERE}" }
`);
    expect(exitCode).to.equal(0);
    const said = 'cannot be read now, seen no such file; write it before the daemon needs it';
    expect(lines.filter((line) => line.startsWith('warning'))).to.deep.equal([
      `warning: F:6:17 discovery[0].file_sd_configs[0].files[0]: ${said}`,
      `warning: F:6:40 discovery[0].file_sd_configs[0].files[2]: its folder ${said}`,
      `warning: F:6:58 discovery[0].file_sd_configs[0].files[3]: ${said}`,
    ]);
  });

  const linked = async (listen: string, more = '') => {
    const { exitCode, lines } = await check(`
targets: [{ name: shop, url: "http://10.0.0.7:6060", memory_limit: 1GiB }]
route: { receiver: a }
receivers: [{ name: a, webhook_configs: [{ url: http://a }] }]
web: { listen_address: "${listen}" }
${more}`);
    expect(exitCode).to.equal(0);
    return lines.filter((line) => line.startsWith('warning'));
  };

  it('warns where links in messages lead to nobody but this machine, or to what it calls itself', async () => {
    const start = 'global.external_url: not set, so links in messages begin with';
    const write = 'write where people reach the page';
    for (const listen of ['127.0.0.1:9899', 'localhost:9899', '[::1]:9899']) {
      expect(await linked(listen), listen).to.deep.equal([
        `warning: F:2:1 ${start} http://${listen}, which opens on this machine alone; ${write}`,
      ]);
    }
    for (const listen of [':9899', '0.0.0.0:9899', '[::]:9899']) {
      expect(await linked(listen, 'global: { smtp_smarthost: "a:25" }'), listen).to.deep.equal([
        `warning: F:6:9 ${start} http://${hostname()}:9899, by what this machine calls itself; ${write}`,
      ]);
    }
  });

  it('warns of no links where the address is one that others reach, is written, or nobody is told', async () => {
    expect(await linked('10.0.0.5:9899')).to.deep.equal([]);
    expect(await linked(':9899', 'global: { external_url: "${HERE}" }')).to.deep.equal([]);
    const { lines } = await check(`
targets: [{ name: shop, url: "http://10.0.0.7:6060", memory_limit: 1GiB }]
route: { receiver: a }
receivers: [{ name: a }]
`);
    expect(lines.filter((line) => line.includes('external_url'))).to.deep.equal([]);
  });

  it('tells every problem of a bad file, a line each, and ends with 78', async () => {
    const { exitCode, lines } = await check('targets: []\nroute: { receiver: a }\nreceivers: []\n');
    expect(exitCode).to.equal(78);
    expect(lines).to.deep.equal([
      'F:1:10 targets: empty, seen no target; write at least one',
      'F:3:12 receivers: empty, seen no receiver; write at least one',
    ]);
  });

  it('ends with 78 where there is no file', async () => {
    const { exitCode, output } = await checkConfig(join(folder, 'nowhere.yaml'), {});
    expect(exitCode).to.equal(78);
    expect(output).to.contain('nowhere.yaml:1:1 file: cannot be read, seen no such file');
  });
});
