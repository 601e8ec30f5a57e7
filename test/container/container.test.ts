import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { checkConfig } from '../../src/cli/check-config.ts';
import { startDaemon } from '../support/daemon.ts';
import { serve, serveRaw, serveTls, tlsFile } from '../support/http-server.ts';
import { instructionsOf, ROOT } from '../support/dockerfile.ts';

interface Container {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: unknown;
}
interface Probe {
  readonly exec: { readonly command: readonly string[] };
}

const IN_IMAGE = '/opt/heapwarden/probe.mjs';
const PROBE = join(ROOT, 'config/container/probe.mjs');

/** The exit code of what a probe runs, with the file that the image has at its place. */
function probe(url: string, command: readonly string[]): Promise<unknown> {
  const [program, ...args] = command.map((word) => (word === IN_IMAGE ? PROBE : word));
  expect(program).to.equal('node');
  return new Promise((resolve) => {
    const env = { ...process.env, HEAPWARDEN_URL: url };
    execFile(process.execPath, args, { env }, (error) => resolve(error === null ? 0 : error.code));
  });
}

const image = instructionsOf('Dockerfile');
const final = image.slice(image.findLastIndex(({ word }) => word === 'FROM'));
const only = (word: string) => final.filter((each) => each.word === word).map(({ rest }) => rest);
const [healthcheck = ''] = only('HEALTHCHECK');
const checked = JSON.parse(healthcheck.slice(healthcheck.indexOf('[')));

const documents = parseAllDocuments(
  readFileSync(join(ROOT, 'config/kubernetes/deployment.yaml'), 'utf8'),
);
const [configMap, claim, deployment, service] = documents.map((each) => each.toJS());
const pod = deployment.spec.template.spec;
const container: Container = pod.containers[0];
const configuration: string = configMap.data['heapwarden.yaml'];
const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
const mountOf = (name: string) =>
  container.volumeMounts.find((each) => each.name === name)?.mountPath ?? '';

describe('the image', () => {
  it('has what it starts and what it is asked by, and is not root', () => {
    expect(image.map(({ rest }) => rest)).to.include('config/container/probe.mjs ./');
    expect(checked).to.deep.equal(['node', IN_IMAGE, '/-/healthy']);
    const built = '--from=build /opt/heapwarden/dist /opt/heapwarden/dist';
    expect(only('COPY')).to.include(built);
    expect(only('COPY').join(' ').split(' ')).to.include(IN_IMAGE);
    expect(only('RUN').join()).to.contain(
      'ln -s /opt/heapwarden/dist/src/main.js /usr/local/bin/heapwarden',
    );
    expect(only('ENTRYPOINT')).to.deep.equal(['["heapwarden"]']);
    expect(only('USER')).to.deep.equal(['1000:1000']);
  });

  it('has the settings for memory that the unit has', () => {
    const unit = readFileSync(join(ROOT, 'systemd/heapwarden.service'), 'utf8');
    const settings = [...unit.matchAll(/^Environment=(.*)$/gm)].map(([, setting]) => setting);
    expect(only('ENV').join(' ').split(' ')).to.deep.equal(settings);
  });

  it('is run as README says with its volume, a folder of configuration, and its port for this machine alone', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll(/\\\n\s*/g, '');
    const [, options = ''] = /^docker run -d (.*) heapwarden$/m.exec(readme) ?? [];
    expect(options).to.contain(` -p 127.0.0.1:${only('EXPOSE').join()}:${only('EXPOSE').join()} `);
    expect(options).to.contain(` -v heapwarden:${only('VOLUME').join()} `);
    // A folder, since a file that an editor replaces stays the old one in the container.
    expect(options).to.contain(`:${mountOf('config')}:ro"`);
    expect(only('CMD').join()).to.contain(`"${mountOf('config')}/heapwarden.yaml"`);
  });

  it('is made of what is copied into it, which .dockerignore lets through, and of nothing else', () => {
    const [first, ...lets] = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).to.equal('*');
    const copied = image
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    const isIn = (path: string) =>
      lets.some((line) => `!${path}`.startsWith(line.replace(/\/$/, '')));
    expect(copied.filter((path) => !isIn(path))).to.deep.equal([]);
    expect(lets.toSorted()).to.deep.equal(
      [
        '!LICENSE',
        '!config/container',
        '!fixtures/demo',
        '!package-lock.json',
        '!package.json',
        '!src',
        '!tsconfig.json',
      ].toSorted(),
    );
  });
});

describe('the probe of a container', () => {
  it('is well while the daemon answers, and asks for no password where it has users', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-container-'));
    const secrets = join(folder, 'secrets');
    await writeFile(secrets, `ada:${hashSync('s3cret', 4)}\n`);
    const yaml = (web: string) => `web: { listen_address: 127.0.0.1:0 ${web} }
receivers: [{ name: nobody }]
route: { receiver: nobody }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`;
    for (const [web, unknown] of [
      ['', 1],
      [`, basic_auth_users_file: ${secrets}`, 0],
    ] as const) {
      const headers = { authorization: `Basic ${btoa('ada:s3cret')}` };
      const daemon = await startDaemon(yaml(web), folder, {
        ask: (url) => fetch(url, { headers }),
      });
      for (const { exec } of [{ exec: { command: checked } }, ...probes]) {
        expect(await probe(daemon.url, exec.command), exec.command.join(' ')).to.equal(0);
      }
      expect(await probe(daemon.url, ['node', PROBE, '/nowhere'])).to.equal(unknown);
      await daemon.stop();
      expect(await probe(daemon.url, checked)).to.equal(1);
    }
    await rm(folder, { recursive: true });
  });

  it('asks a daemon with tls_config over TLS, whatever name its certificate is for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-container-'));
    const files = `cert_file: ${tlsFile('unknown.pem')}, key_file: ${tlsFile('unknown.key')}`;
    const daemon = await startDaemon(
      `web: { listen_address: 127.0.0.1:0, tls_config: { ${files} } }
receivers: [{ name: nobody }]
route: { receiver: nobody }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`,
      folder,
      { ask: () => Promise.resolve(new Response()) },
    );
    try {
      for (const url of [daemon.url, daemon.url.replace('https:', 'http:')]) {
        expect(await probe(url, checked), url).to.equal(0);
        expect(await probe(url, ['node', PROBE, '/nowhere']), url).to.equal(1);
      }
    } finally {
      await daemon.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('gives no login to whoever answers, and shows none', async () => {
    const told: unknown[] = [];
    const server = await serve(({ headers: { authorization } }, response) => {
      told.push(authorization);
      response.writeHead(503).end();
    });
    const url = server.url.replace('http://', 'http://ada:s3cret@');
    const env = { ...process.env, HEAPWARDEN_URL: url };
    const said = await new Promise((resolve) => {
      execFile(process.execPath, [PROBE], { env }, (_, stdout) => resolve(stdout));
    });
    await server.close();
    expect(told).to.deep.equal([undefined]);
    expect(said).to.contain('503').and.not.contain('s3cret');
  });

  it('is not well where the daemon says that it is not, or nothing', async () => {
    const sick = [
      await serve((_, response) => response.writeHead(503).end()),
      await serveTls((_, response) => response.writeHead(503).end()),
      await serveRaw((socket) => socket.destroy()),
    ];
    for (const server of sick) {
      const { command } = container.readinessProbe.exec;
      expect(await probe(server.url, command), server.url).to.equal(1);
      await server.close();
    }
  });
});

describe('config/kubernetes/deployment.yaml', () => {
  it('has a configuration that check-config takes, with no file but what is mounted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-container-'));
    const file = join(folder, 'heapwarden.yaml');
    await writeFile(file, configuration);
    const { exitCode, output } = await checkConfig(file, {});
    await rm(folder, { recursive: true });
    expect(exitCode, output).to.equal(0);
    const warnings = output.split('\n').filter((line) => line.startsWith('warning: '));
    expect(warnings.filter((line) => !line.includes('_file: cannot be read now'))).to.deep.equal(
      [],
    );
    const named = [...configuration.matchAll(/_file: (\S+)/g)].map(([, path = '']) => path);
    expect(named).to.have.length(2);
    for (const path of named) expect(path).to.match(new RegExp(`^${mountOf('secrets')}/\\w+$`));
  });

  it('keeps the state of one daemon on a volume, and lets nothing else be written', () => {
    expect(configuration).to.contain(`path: ${mountOf('state')}\n`);
    expect(only('WORKDIR')).to.deep.equal([mountOf('state')]);
    expect(only('VOLUME')).to.deep.equal([mountOf('state')]);
    expect(only('CMD').join()).to.contain(`"${mountOf('config')}/heapwarden.yaml"`);
    expect(pod.volumes).to.deep.include.members([
      { name: 'state', persistentVolumeClaim: { claimName: claim.metadata.name } },
      { name: 'config', configMap: { name: configMap.metadata.name } },
    ]);
    expect([deployment.spec.replicas, deployment.spec.strategy]).to.deep.equal([
      1,
      { type: 'Recreate' },
    ]);
    expect(container.securityContext).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const { runAsUser, runAsGroup, runAsNonRoot } = pod.securityContext;
    expect(runAsNonRoot).to.equal(true);
    expect(only('USER')).to.deep.equal([`${runAsUser}:${runAsGroup}`]);
  });

  it('is reached where the configuration has it listen, by the account that may list pods', () => {
    const port = container.ports[0]?.containerPort;
    expect(configuration).to.contain(`listen_address: :${port}\n`);
    expect(only('EXPOSE')).to.deep.equal([String(port)]);
    expect(service.spec.ports[0]).to.deep.include({ port, targetPort: container.ports[0]?.name });
    const { labels } = deployment.spec.template.metadata;
    expect(labels).to.deep.equal(service.spec.selector);
    expect(labels).to.deep.equal(deployment.spec.selector.matchLabels);
    const rbac = parseAllDocuments(readFileSync(join(ROOT, 'config/kubernetes/rbac.yaml'), 'utf8'));
    const [account] = rbac.map((each) => each.toJS());
    expect(account.metadata).to.deep.equal({
      name: pod.serviceAccountName,
      namespace: deployment.metadata.namespace,
    });
  });
});
