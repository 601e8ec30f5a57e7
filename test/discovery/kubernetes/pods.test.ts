import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import type { KubernetesDiscovery } from '../../../src/config/discovery-config.ts';
import { clusterOf, type Surroundings } from '../../../src/discovery/kubernetes/cluster.ts';
import { readPodPage, type Pod } from '../../../src/discovery/kubernetes/pod.ts';
import { entriesOf } from '../../../src/discovery/kubernetes/pod-labels.ts';
import { PodList } from '../../../src/discovery/kubernetes/pod-list.ts';
import { PodSource } from '../../../src/discovery/kubernetes/pod-source.ts';
import type { Labels } from '../../../src/discovery/relabel.ts';
import { EMPTY_ROSTER, settled } from '../../../src/discovery/roster.ts';
import { targetOf } from '../../../src/discovery/target-of.ts';
import { Stop } from '../../../src/runtime/stop-signal.ts';
import { createHttpClient } from '../../../src/target/http-client.ts';
import { httpConfig } from '../../support/http-config.ts';
import { serve, serveTls, tlsFile } from '../../support/http-server.ts';
import { Resources } from '../../support/resources.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { groupOf } from '../group-of.ts';

/** Answers of the API of Kubernetes 1.36, as it gave them. */
const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../../fixtures/kubernetes', name), 'utf8');

const podNames = (found: readonly Labels[]) => [
  ...new Set(found.map(({ __meta_kubernetes_pod_name: name }) => name)),
];

const signal = new Stop();
const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

describe('the pods of a cluster', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  /** A source that asks a server of its own, which answers each question as `answers` says. */
  async function source(
    answers: (asked: URLSearchParams, path: string) => Answer,
    given: Partial<KubernetesDiscovery> = {},
  ) {
    const asked: URL[] = [];
    const server = resources.add(
      await serve((request, response) => {
        const url = new URL(request.url ?? '', 'http://api');
        asked.push(url);
        const { status = 200, headers, body } = answers(url.searchParams, url.pathname);
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
        response.end(body);
      }),
    );
    const pods = resources.add(
      new PodSource(
        {
          apiServer: server.url,
          http: httpConfig(),
          namespaces: ['shop'],
          ownNamespace: false,
          labelSelector: undefined,
          fieldSelector: undefined,
          ...given,
        },
        { createHttpClient, surroundings: { env: {}, serviceAccount: '/nowhere' } },
      ),
    );
    return { pods, asked };
  }

  /** As they were recorded: a list in two pages, and twice what changed since. */
  function recordedAnswers(asked: URLSearchParams): Answer {
    if (asked.get('watch') === null)
      return { body: recorded(asked.has('continue') ? 'page-2.json' : 'page-1.json') };
    const version = Number(asked.get('resourceVersion'));
    if (version === 345) return { body: recorded('watch.jsonl') };
    return { body: version < 351 ? recorded('ended.jsonl') : '' };
  }

  it('are listed page by page, and followed from there by what changed', async () => {
    const { pods, asked } = await source(recordedAnswers, {
      labelSelector: 'app in (cart, pay)',
      fieldSelector: 'spec.nodeName=node-1',
    });
    const first = await pods.read(signal, []);
    expect(first.problem).to.equal(undefined);
    expect(podNames(first.found)).to.deep.equal(['cart-6d5f-abcde', 'web-1-a']);
    const second = await pods.read(signal, first.found);
    expect(podNames(second.found)).to.deep.equal(['cart-6d5f-abcde', 'pay-77c9-xyz12']);
    const ready = second.found.map(({ __meta_kubernetes_pod_ready: is }) => is);
    expect(ready).to.deep.equal(['false', 'false', 'false', 'true', 'true', 'true']);
    const third = await pods.read(signal, second.found);
    expect(podNames(third.found)).to.deep.equal(['cart-6d5f-abcde']);
    expect((await pods.read(signal, third.found)).found).to.equal(third.found);
    expect(asked.map(({ pathname }) => pathname)).to.deep.equal(
      Array.from({ length: 5 }, () => '/api/v1/namespaces/shop/pods'),
    );
    const [list, more, watch] = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
    const selectors = {
      fieldSelector: 'spec.nodeName=node-1,status.phase!=Succeeded,status.phase!=Failed',
      labelSelector: 'app in (cart, pay)',
    };
    expect(list).to.deep.equal({ limit: '50', ...selectors });
    expect(more).to.have.property('continue').that.has.length.above(20);
    expect(watch).to.deep.equal({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '5',
      resourceVersion: '345',
      ...selectors,
    });
  });

  it('keep the entries of before, so that nothing is made of them anew', async () => {
    const { pods } = await source(recordedAnswers);
    const saved = (await pods.read(signal, [])).found.map((each) => ({ ...each }));
    const again = await source(recordedAnswers);
    const { found } = await again.pods.read(signal, saved);
    expect(found.every((each, index) => each === saved[index])).to.equal(true);
  });

  it('are those of all namespaces where none is named, and stand all where they cannot be had', async () => {
    let isDown = false;
    const { pods, asked } = await source(
      (query) => (isDown ? { status: 500, body: '' } : recordedAnswers(query)),
      { namespaces: [] },
    );
    const { found } = await pods.read(signal, []);
    expect(asked[0]?.pathname).to.equal('/api/v1/pods');
    expect(podNames(found)).to.deep.equal(['cart-6d5f-abcde', 'web-1-a']);
    isDown = true;
    expect((await pods.read(signal, found)).found).to.deep.equal(found);
  });

  it('are the same where a change says nothing of them', async () => {
    const { items } = JSON.parse(recorded('page-1.json')) as { items: unknown[] };
    const line = JSON.stringify({ type: 'MODIFIED', object: items[0] });
    const { pods } = await source((query) =>
      query.has('watch') ? { body: `${line}\n` } : recordedAnswers(query),
    );
    const { found } = await pods.read(signal, []);
    expect((await pods.read(signal, found)).found).to.equal(found);
  });

  it('are compared with what is known of their namespace alone, once a list is there', async () => {
    const { pods } = await source(
      (query, path) =>
        path.includes('/shop/') ? recordedAnswers(query) : { status: 403, body: '{}' },
      { namespaces: ['shop', 'one', 'two'] },
    );
    let written = 0;
    const known = ['shop', 'one', 'two', 'three'].map((namespace) => ({
      __meta_kubernetes_namespace: namespace,
    }));
    for (const each of known)
      Object.defineProperty(each, 'toJSON', { value: () => ({ written: ++written }) });
    await pods.read(signal, known);
    expect(written).to.equal(1);
  });

  for (const [why, expired] of [
    ['in a line', { body: recorded('expired.jsonl') }],
    ['by its status', { status: 410, body: '{"message":"too old"}' }],
  ] as const) {
    it(`are listed anew at once where the API no longer knows the version, told ${why}`, async () => {
      const { pods, asked } = await source((query) =>
        query.has('watch') ? expired : recordedAnswers(query),
      );
      const { found } = await pods.read(signal, []);
      const again = await pods.read(signal, found);
      expect(again).to.deep.equal({ found, problem: undefined });
      expect(asked).to.have.length(5);
    });
  }

  it('are listed anew after whatever went wrong', async () => {
    const cut = recorded('watch.jsonl').slice(0, -40);
    const { pods, asked } = await source((query) =>
      query.has('watch') ? { body: cut } : recordedAnswers(query),
    );
    const { found } = await pods.read(signal, []);
    const failed = await pods.read(signal, found);
    expect(failed.found).to.deep.equal(found);
    expect(failed.problem).to.equal('no JSON; let api_server point at the API of Kubernetes');
    expect(await pods.read(signal, found)).to.deep.equal({ found, problem: undefined });
    expect(asked.filter(({ searchParams }) => searchParams.has('watch'))).to.have.length(1);
  });

  it('are asked for as seldom as the API wants it, and followed on from where they were', async () => {
    let isBusy = false;
    const busy = { status: 429, headers: { 'Retry-After': '30' }, body: '{"message":"later"}' };
    const { pods, asked } = await source((query) => (isBusy ? busy : recordedAnswers(query)));
    let { found, problem } = await pods.read(signal, []);
    isBusy = true;
    for (let look = 0; look < 6; look++) ({ problem } = await pods.read(signal, found));
    expect(problem).to.equal(
      'status 429 instead of 200, "later"; look for what the API server is busy with, or into its log',
    );
    isBusy = false;
    expect(asked).to.have.length(3);
    ({ found, problem } = await pods.read(signal, found));
    expect(problem).to.equal(undefined);
    expect(podNames(found)).to.deep.equal(['cart-6d5f-abcde', 'pay-77c9-xyz12']);
    expect(asked.slice(2).map(({ searchParams }) => searchParams.get('watch'))) //
      .to.deep.equal(['true', 'true']);
  });

  it('are asked for half a minute apart where that goes wrong again and again', async () => {
    let isDown = true;
    const { pods, asked } = await source((query) =>
      isDown ? { status: 500, body: '' } : recordedAnswers(query),
    );
    const asks: number[] = [];
    for (let look = 0; look < 25; look++) {
      const before = asked.length;
      await pods.read(signal, []);
      if (asked.length > before) asks.push(look);
    }
    expect(asks).to.deep.equal([0, 1, 3, 7, 13, 19]);
    isDown = false;
    const { found } = await pods.read(signal, []);
    expect(found).to.have.length.above(0);
    isDown = true;
    await pods.read(signal, found);
    expect((await pods.read(signal, found)).problem).to.contain('status 500');
    expect(asked).to.have.length(6 + 2 + 2);
  });

  it('are known where one namespace may not be looked into', async () => {
    let isAllowed = true;
    const { pods } = await source(
      (query, path) => {
        if (path.includes('/namespaces/shop/')) return recordedAnswers(query);
        const none = '{"metadata":{"resourceVersion":"1"},"items":null}';
        if (isAllowed) return { body: query.has('watch') ? '' : none };
        return { status: 403, body: recorded('forbidden.json') };
      },
      { namespaces: ['shop', 'monitoring'] },
    );
    const first = await pods.read(signal, []);
    expect(first.problem).to.equal(undefined);
    const known = [...first.found, { __meta_kubernetes_namespace: 'monitoring' }];
    isAllowed = false;
    const { found, problem } = await pods.read(signal, known);
    expect(podNames(found)).to.deep.equal(['cart-6d5f-abcde', 'pay-77c9-xyz12', undefined]);
    expect(problem).to.match(
      /^status 403 instead of 200, ".*cannot list resource \\"pods\\".*"; let the service account list and watch pods there$/,
    );
  });

  it('are refused where the token is not taken, and where the answer is none', async () => {
    const unauthorized = { status: 401, body: recorded('unauthorized.json') };
    const { pods } = await source(() => unauthorized);
    expect((await pods.read(signal, [])).problem).to.equal(
      'status 401 instead of 200, "Unauthorized"; check the token of the service account, or http of api_server',
    );
    for (const [status, advice] of [
      [302, 'let api_server point at the API of Kubernetes'],
      [404, 'let api_server point at the API of Kubernetes'],
      [400, 'check selectors'],
      [503, 'look for what the API server is busy with, or into its log'],
    ] as const) {
      const other = await source(() => ({ status, body: 'no JSON' }));
      expect((await other.pods.read(signal, [])).problem) //
        .to.equal(`status ${status} instead of 200; ${advice}`);
    }
    for (const [body, problem] of [
      ['<html>', 'no JSON; let api_server point at the API of Kubernetes'],
      ['[]', 'no pods as the API of Kubernetes answers them (at the top)'],
      [
        '{"metadata":{"resourceVersion":"1"},"items":[{"secret":1}]}',
        'no pods as the API of Kubernetes answers them (at items.0.metadata)',
      ],
    ] as const) {
      const other = await source(() => ({ body }));
      expect((await other.pods.read(signal, [])).problem).to.equal(problem);
    }
  });

  it('are asked for at the cluster around heapwarden, with a token that is read each time', async () => {
    const folder = tempFolder('serviceaccount');
    await writeFile(join(folder, 'namespace'), 'shop\n');
    await writeFile(join(folder, 'ca.crt'), readFileSync(tlsFile('ca.pem')));
    const seen: (string | undefined)[] = [];
    const server = resources.add(
      await serveTls((request: IncomingMessage, response) => {
        seen.push(`${request.url?.split('?')[0]} ${request.headers.authorization}`);
        response.end('{"metadata":{"resourceVersion":"1"}}');
      }),
    );
    const { hostname, port } = new URL(server.url);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const config = { apiServer: undefined, http: httpConfig(), namespaces: [], ownNamespace: true };
    const pods = resources.add(
      new PodSource(
        { ...config, labelSelector: undefined, fieldSelector: undefined },
        { createHttpClient, surroundings: { env, serviceAccount: folder } },
      ),
    );
    for (const token of ['one', 'two']) {
      await writeFile(join(folder, 'token'), token);
      await pods.read(signal, []);
    }
    await rm(folder, { recursive: true });
    expect(seen[0]).to.equal('/api/v1/namespaces/shop/pods Bearer one');
    expect(seen[1]).to.equal('/api/v1/namespaces/shop/pods Bearer two');
  });

  it('are not to be had outside of a pod without api_server, which is said', async () => {
    const nowhere: Surroundings = { env: {}, serviceAccount: '/nowhere' };
    const { pods } = await source(() => ({ body: '' }), { apiServer: undefined });
    expect(await failureOf(pods.read(signal, []))).to.equal(
      'heapwarden runs in no pod, where KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are set; write api_server',
    );
    const own = await source(() => ({ body: '' }), { ownNamespace: true });
    expect(await failureOf(own.pods.read(signal, []))).to.contain(
      '/nowhere/namespace: no such file; own_namespace is that of the pod',
    );
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const around = { apiServer: undefined, http: httpConfig() };
    expect(clusterOf(around, { ...nowhere, env }).url).to.equal('https://[fd00::1]:443');
  });

  it('are listed anew once in a while, for a cluster that was restored says nothing', async () => {
    const { items } = JSON.parse(recorded('page-1.json')) as { items: unknown[] };
    let lists = 0;
    const { pods } = await source((query) => {
      if (query.has('watch')) return { body: '' };
      lists += 1;
      const metadata = { resourceVersion: '7' };
      return { body: JSON.stringify({ metadata, items: lists === 1 ? items : [] }) };
    });
    let { found } = await pods.read(signal, []);
    for (let look = 0; look < 60; look++) ({ found } = await pods.read(signal, found));
    expect(podNames(found)).to.deep.equal(['cart-6d5f-abcde']);
    ({ found } = await pods.read(signal, found));
    expect(found).to.deep.equal([]);
    expect(lists).to.equal(2);
    await pods.read(signal, found);
    expect(lists).to.equal(2);
  });

  it('are bounded, in number and in pages', async () => {
    const { pods: page } = readPodPage(recorded('page-1.json'));
    let made = 0;
    const listOf = (pods: () => readonly Pod[]) =>
      new PodList({
        page: () => Promise.resolve({ pods: pods(), version: '1', next: 'more' }),
        changes: () => Promise.resolve([]),
        close: () => Promise.resolve(),
      });
    const endless = listOf(() => []);
    expect(await failureOf(endless.read(signal, () => []))).to.contain(
      'more than 1000 pages of pods',
    );
    const crowd = listOf(() =>
      page.flatMap((pod) =>
        Array.from({ length: 50 }, () => ({
          ...pod,
          metadata: { ...pod.metadata, uid: String(made++) },
        })),
      ),
    );
    expect(await failureOf(crowd.read(signal, () => []))).to.contain('more than 20000 targets');
    expect(made).to.be.below(7_000);
  });
});

describe('the entries of a pod', () => {
  const [recordedPod] = readPodPage(recorded('page-1.json')).pods;
  if (recordedPod === undefined) throw new Error('no pod was recorded');
  const pod = recordedPod;

  it("have Prometheus's labels, one for each port of each container", () => {
    const entries = entriesOf(pod);
    expect(entries.map(({ __address__ }) => __address__)).to.deep.equal([
      '127.0.0.1:8080',
      '127.0.0.1:6061',
      '127.0.0.1:15090',
    ]);
    expect(entries[1]).to.deep.equal({
      __address__: '127.0.0.1:6061',
      __target__: 'shop.cart-6d5f-abcde',
      __service__: 'shop/cart-6d5f',
      __memory_limit__: '536870912B',
      __meta_kubernetes_namespace: 'shop',
      __meta_kubernetes_pod_name: 'cart-6d5f-abcde',
      __meta_kubernetes_pod_ip: '127.0.0.1',
      __meta_kubernetes_pod_ready: 'true',
      __meta_kubernetes_pod_phase: 'Running',
      __meta_kubernetes_pod_node_name: 'node-1',
      __meta_kubernetes_pod_host_ip: '127.0.0.1',
      __meta_kubernetes_pod_uid: pod.metadata.uid,
      __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
      __meta_kubernetes_pod_controller_name: 'cart-6d5f',
      __meta_kubernetes_pod_label_app: 'cart',
      __meta_kubernetes_pod_labelpresent_app: 'true',
      __meta_kubernetes_pod_label_app_kubernetes_io_name: 'cart',
      __meta_kubernetes_pod_labelpresent_app_kubernetes_io_name: 'true',
      __meta_kubernetes_pod_annotation_prometheus_io_scrape: 'true',
      __meta_kubernetes_pod_annotationpresent_prometheus_io_scrape: 'true',
      // Of 3,000 letters.
      __meta_kubernetes_pod_annotationpresent_big: 'true',
      __meta_kubernetes_pod_container_name: 'app',
      __meta_kubernetes_pod_container_image: 'shop/cart:1.4',
      __meta_kubernetes_pod_container_id: 'containerd://cart-6d5f-abcde',
      __meta_kubernetes_pod_container_init: 'false',
      __meta_kubernetes_pod_container_port_name: 'pprof',
      __meta_kubernetes_pod_container_port_number: '6061',
      __meta_kubernetes_pod_container_port_protocol: 'TCP',
    });
    expect(entries[2]).to.not.have.property('__memory_limit__');
  });

  it('make the target that the rules of a group keep, with the name of the pod and the limit of its container', () => {
    const group = groupOf(`memory_limit: 2GiB, relabel_configs: [
      { action: keep, source_labels: [__meta_kubernetes_pod_container_port_name], regex: pprof },
      { source_labels: [__meta_kubernetes_pod_label_app], target_label: service }]`);
    const outcomes = entriesOf(pod).map((entry) => targetOf(entry, group));
    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['dropped', 'target', 'dropped']);
    expect(outcomes[1])
      .to.have.property('target')
      .that.deep.includes({
        name: 'shop.cart-6d5f-abcde',
        url: 'http://127.0.0.1:6061',
        labels: { env: 'prod', service: 'cart' },
        memoryLimitBytes: 512 * 2 ** 20,
      });
  });

  it('are of the service that made the pod, where neither a rule nor the group says of which', () => {
    const labels = { ...pod.metadata.labels, 'pod-template-hash': '6d5f' };
    const [entry = {}] = entriesOf({ ...pod, metadata: { ...pod.metadata, labels } });
    const serviceIn = (keys: string) => {
      const outcome = targetOf(entry, groupOf(keys));
      return outcome.kind === 'target' ? outcome.target.labels['service'] : outcome.kind;
    };
    expect(serviceIn('')).to.equal('shop/cart');
    expect(serviceIn('labels: { service: mine }')).to.equal('mine');
    const rule = '{ source_labels: [__meta_kubernetes_pod_label_app], target_label: service }';
    expect(serviceIn(`relabel_configs: [${rule}]`)).to.equal('cart');
    const none = '{ target_label: __service__, replacement: "" }';
    expect(serviceIn(`relabel_configs: [${none}]`)).to.equal(undefined);
  });

  it('tell the controller among the owners, the container of its own kind, and what the API leaves out', () => {
    const owner = { kind: 'Node', name: 'node-1', controller: false };
    const [container] = pod.spec.containers;
    const { metadata, status } = pod;
    const [entry] = entriesOf({
      metadata: { ...metadata, ownerReferences: [owner, ...(metadata.ownerReferences ?? [])] },
      spec: { ...pod.spec, containers: [], initContainers: container && [container] },
      status: {
        ...status,
        conditions: undefined,
        initContainerStatuses: [{ name: 'app', containerID: 'containerd://init' }],
      },
    });
    expect(entry).to.include({
      __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
      __meta_kubernetes_pod_container_id: 'containerd://init',
      __meta_kubernetes_pod_ready: 'unknown',
    });
    const containers = [{ name: 'app', ports: [{ containerPort: 6060 }] }];
    const bare = { metadata: { ...metadata, ownerReferences: null }, spec: { containers } };
    const page = (pods: object) =>
      readPodPage(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [pods] })).pods;
    expect(page(bare).flatMap(entriesOf)).to.deep.equal([]);
    const [told] = page({ ...bare, status: { podIP: '10.0.0.7' } }).flatMap(entriesOf);
    expect(told).to.include({
      __address__: '10.0.0.7:6060',
      __meta_kubernetes_pod_container_port_protocol: 'TCP',
    });
  });

  it('have the limit that holds, not one that the node has yet to make so', () => {
    const limitOf = (memory: string | undefined) => {
      const resources = memory === undefined ? {} : { limits: { memory } };
      const containerStatuses = [{ name: 'app', containerID: '', resources }];
      return entriesOf({ ...pod, status: { ...pod.status, containerStatuses } })[0];
    };
    expect(limitOf('256Mi')).to.have.property('__memory_limit__', '268435456B');
    expect(limitOf(undefined)).to.have.property('__memory_limit__', '536870912B');
  });

  it('may have a hundred labels and annotations', () => {
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`l${at}`, 'x']));
    const [entry = {}] = entriesOf({ ...pod, metadata: { ...pod.metadata, labels } });
    expect(targetOf(entry, groupOf('')).kind).to.equal('target');
  });

  it('make one target with the limit of the first container where rules give all of them one address', () => {
    const group = groupOf(`relabel_configs: [
      { source_labels: [__meta_kubernetes_pod_ip], target_label: __address__, replacement: '$1:6060' }]`);
    const [first = {}, ...others] = entriesOf(pod);
    const found = [first, ...others.map((each) => ({ ...each, __memory_limit__: '1MiB' }))];
    const { entries, problems } = settled(EMPTY_ROSTER, group, { found, taken: new Set(), now: 0 });
    expect(problems).to.deep.equal([]);
    expect([...entries.values()].map(({ target }) => target.memoryLimitBytes)) //
      .to.deep.equal([512 * 2 ** 20]);
  });

  it('are none before it has an address and once it has ended', () => {
    for (const status of [{ podIP: '' }, { phase: 'Succeeded' }, { phase: 'Failed' }])
      expect(entriesOf({ ...pod, status: { ...pod.status, ...status } })).to.deep.equal([]);
  });

  it('have no port where a container tells none, but of one that ends before the others', () => {
    const [container] = pod.spec.containers;
    if (container === undefined) throw new Error('no container');
    const portless = { ...container, name: 'portless', ports: undefined };
    const sidecar = { ...container, name: 'sidecar', ports: container.ports?.slice(0, 1) };
    const entries = entriesOf({
      ...pod,
      spec: { ...pod.spec, containers: [portless], initContainers: [portless, sidecar] },
      status: { ...pod.status, podIP: 'fd00::7' },
    });
    const told = entries.map((each) => [
      each['__address__'],
      each['__meta_kubernetes_pod_container_name'],
      each['__meta_kubernetes_pod_container_init'],
    ]);
    expect(told).to.deep.equal([
      ['[fd00::7]', 'portless', 'false'],
      ['[fd00::7]:8080', 'sidecar', 'true'],
    ]);
  });

  it('have the name of their address where that of the pod makes none', () => {
    const metadata = { ...pod.metadata, name: 'a'.repeat(200) };
    const [entry = {}] = entriesOf({ ...pod, metadata });
    expect(entry).to.not.have.property('__target__');
    expect(targetOf(entry, groupOf(''))).to.have.nested.property('target.name', '127.0.0.1-8080');
  });
});
