import { resolve } from 'node:path';
import type { z } from 'zod';
import type {
  DiscoveryGroup,
  DnsDiscovery,
  FileDiscovery,
  HttpDiscovery,
  KubernetesDiscovery,
} from '../discovery-config.ts';
import { Secret } from '../secret.ts';
import { baseUrl, secretUrl } from './addresses.ts';
import { block, list, optionalBlock } from './block.ts';
import type { Rule } from './block.ts';
import { httpSchema } from './http.ts';
import { relabelSchema } from './relabel.ts';
import { oneOf, required } from './rules.ts';
import { parsed } from './scalar.ts';
import { settingsOf, sharedKeys } from './target.ts';
import { choice, duration, flag, folderName, line, secretFile, whole } from './values.ts';

const SOURCES = [
  'file_sd_configs',
  'http_sd_configs',
  'dns_sd_configs',
  'kubernetes_sd_configs',
] as const;
const LEAST_REFRESH_MS = 1_000;

/** A group after `target_defaults` have been laid under it. */
export function discoverySchema(folder: string): z.ZodType<DiscoveryGroup> {
  return block(
    {
      name: folderName('a name of a group', 'shop'),
      scheme: choice(['http', 'https']).default('http'),
      path_prefix: pathPrefix().default(''),
      file_sd_configs: list(fileSchema(folder), 'file_sd_configs').optional(),
      http_sd_configs: list(httpDiscoverySchema(folder), 'http_sd_configs').optional(),
      dns_sd_configs: list(dnsSchema(), 'dns_sd_configs').optional(),
      kubernetes_sd_configs: list(kubernetesSchema(folder), 'kubernetes_sd_configs').optional(),
      relabel_configs: list(relabelSchema(), 'relabel_configs').default([]),
      ...sharedKeys(folder),
    },
    [required(SOURCES, `one of ${SOURCES.join(', ')}, with a line "- " for each`)],
  ).transform((group) => ({
    name: group.name,
    scheme: group.scheme,
    pathPrefix: group.path_prefix,
    template: settingsOf(group),
    files: group.file_sd_configs ?? [],
    https: group.http_sd_configs ?? [],
    dns: group.dns_sd_configs ?? [],
    kubernetes: group.kubernetes_sd_configs ?? [],
    relabel: group.relabel_configs,
  }));
}

function refresh(usualMs: number) {
  return duration({ min: LEAST_REFRESH_MS }).default(usualMs);
}

function fileSchema(folder: string): z.ZodType<FileDiscovery> {
  return block({
    files: list(listFile(folder), 'paths'),
    refresh_interval: refresh(30_000),
  }).transform(({ files, refresh_interval }) => ({ paths: files, refreshMs: refresh_interval }));
}

/** As in Prometheus: what is in it is told by its ending, and only the last part of the path is a pattern. */
function listFile(folder: string): z.ZodType<string> {
  const words = {
    what: 'the path of a list of targets',
    write: 'one that ends in .json, .yml or .yaml, with * in its last part at most',
  };
  return parsed(words, (path) =>
    /^[^*?\0]*?[^/\0]*\.(json|yml|yaml)$/.test(path) && !/\*[^/]*\//.test(path) ? path : undefined,
  ).transform((path) => resolve(folder, path));
}

function httpDiscoverySchema(folder: string): z.ZodType<HttpDiscovery> {
  const url = {
    what: 'the URL of a list of targets',
    write: 'one such as https://sd.example.com/targets',
    login: 'http.basic_auth',
  };
  return block(
    {
      url: secretUrl(url).optional(),
      url_file: secretFile(folder).optional(),
      refresh_interval: refresh(60_000),
      timeout: duration({ max: 600_000 }).default(10_000),
      http: httpSchema(folder).prefault({}),
    },
    [
      required(['url', 'url_file'], 'the URL of the list, or url_file with a path'),
      oneOf('url', 'url_file'),
    ],
  ).transform(({ refresh_interval, timeout, http, ...given }) => ({
    url: given.url ?? given.url_file ?? Secret.of(''),
    http,
    timeoutMs: timeout,
    refreshMs: refresh_interval,
  }));
}

const portOfAddresses: Rule = ({ type, port }) =>
  type === 'SRV' || port !== undefined
    ? undefined
    : {
        key: 'port',
        message: 'missing; write the port that the service listens at',
        fault: 'missing',
      };

function dnsSchema(): z.ZodType<DnsDiscovery> {
  return block(
    {
      names: list(dnsName(), 'names'),
      type: choice(['A', 'AAAA', 'SRV']).default('SRV'),
      port: whole({ min: 1, max: 65_535 }).optional(),
      refresh_interval: refresh(30_000),
    },
    [portOfAddresses],
  ).transform(({ names, type, port, refresh_interval }) => ({
    names,
    type,
    port,
    refreshMs: refresh_interval,
  }));
}

function dnsName() {
  const words = {
    what: 'the name of a DNS record',
    write: 'one such as checkout.shop.svc.cluster.local',
  };
  return parsed(words, (name) =>
    /^(?=.{1,254}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,62})\.)*[A-Za-z0-9_][A-Za-z0-9_-]{0,62}\.?$/.test(
      name,
    )
      ? name
      : undefined,
  );
}

/** The account of its pod is for the cluster around it, and nothing else is. */
const ownAccess: Rule = ({ http, api_server }) =>
  http === undefined || api_server !== undefined
    ? undefined
    : {
        key: 'http',
        message: 'given alone, seen no api_server beside it; write the api_server too',
      };

const oneSelector: Rule = ({ selectors }) =>
  Array.isArray(selectors) && selectors.length > 1
    ? { key: 'selectors', message: 'more than one; join what is to hold with commas' }
    : undefined;

function kubernetesSchema(folder: string): z.ZodType<KubernetesDiscovery> {
  const api = {
    what: 'the URL of the API of a cluster',
    write: 'one such as https://10.0.0.1:6443',
    login: 'http.basic_auth',
  };
  const namespaces = block({
    own_namespace: flag().default(false),
    names: list(namespaceName(), 'names').default([]),
  });
  return block(
    {
      role: choice(['pod']).default('pod'),
      api_server: baseUrl(api).optional(),
      http: optionalBlock(httpSchema(folder)),
      namespaces: namespaces.prefault({}),
      selectors: list(selectorSchema(), 'selectors').default([]),
    },
    [ownAccess, oneSelector],
  ).transform(({ api_server, http, namespaces: { names, own_namespace }, selectors }) => ({
    apiServer: api_server,
    http: http ?? httpSchema(folder).parse({}),
    namespaces: names,
    ownNamespace: own_namespace,
    labelSelector: selectors[0]?.label,
    fieldSelector: selectors[0]?.field,
  }));
}

function selectorSchema() {
  return block({
    role: choice(['pod']).default('pod'),
    label: line({ what: 'a selector of labels', write: 'one such as app=cart' }).optional(),
    field: line({ what: 'a selector of fields', write: 'one such as spec.nodeName=n1' }).optional(),
  });
}

function namespaceName() {
  const words = { what: 'the name of a namespace', write: 'one such as shop' };
  return parsed(words, (name) =>
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : undefined,
  );
}

function pathPrefix() {
  const words = { what: 'the path before /debug/pprof', write: 'one such as /internal' };
  return parsed(words, (text) =>
    /^(\/[^\s?#]*)?$/.test(text) ? text.replace(/\/+$/, '') : undefined,
  );
}
