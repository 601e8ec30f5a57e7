import type { DiscoveryGroup, KubernetesDiscovery, RelabelRule } from '../discovery-config.ts';
import { writtenSettings } from './target.ts';
import { writtenDuration, writtenHttp } from './values.ts';

export function writtenGroup(group: DiscoveryGroup): object {
  return {
    name: group.name,
    scheme: group.scheme,
    path_prefix: group.pathPrefix,
    ...writtenSettings(group.template),
    file_sd_configs: group.files.map(({ paths, refreshMs }) => ({
      files: paths,
      refresh_interval: writtenDuration(refreshMs),
    })),
    http_sd_configs: group.https.map(({ url, http, timeoutMs, refreshMs }) => ({
      url,
      refresh_interval: writtenDuration(refreshMs),
      timeout: writtenDuration(timeoutMs),
      http: writtenHttp(http),
    })),
    dns_sd_configs: group.dns.map(({ names, type, port, refreshMs }) => ({
      names,
      type,
      port,
      refresh_interval: writtenDuration(refreshMs),
    })),
    kubernetes_sd_configs: group.kubernetes.map(writtenKubernetes),
    relabel_configs: group.relabel.map(writtenRelabel),
  };
}

function writtenKubernetes(cluster: KubernetesDiscovery): object {
  const { apiServer, http, namespaces, ownNamespace, labelSelector, fieldSelector } = cluster;
  const isSelected = labelSelector !== undefined || fieldSelector !== undefined;
  return {
    role: 'pod',
    api_server: apiServer,
    http: apiServer === undefined ? undefined : writtenHttp(http),
    namespaces: { own_namespace: ownNamespace, names: namespaces },
    selectors: isSelected ? [{ role: 'pod', label: labelSelector, field: fieldSelector }] : [],
  };
}

function writtenRelabel(rule: RelabelRule): object {
  return {
    action: rule.action,
    source_labels: rule.sourceLabels,
    separator: rule.separator,
    regex: rule.regex,
    modulus: rule.modulus,
    target_label: rule.targetLabel,
    replacement: rule.replacement,
  };
}
