import { isIPv6 } from 'node:net';
import { FOLDER_NAME } from '../../config/schema/values.ts';
import { MAX_VALUE_LENGTH } from '../target-of.ts';
import type { Labels } from '../relabel.ts';
import type { Container, Pod } from './pod.ts';
import { bytesOfQuantity } from './quantity.ts';

/** Of a pod in one of these nothing runs any more (Kubernetes, "Pod Lifecycle"). */
export const ENDED_PHASES = ['Succeeded', 'Failed'] as const;

const META = '__meta_kubernetes_';

/**
 * An entry for each port of a pod with the labels of Prometheus's discovery of pods (configuration,
 * kubernetes_sd_config), and one without a port for a container that tells none. Of our own are the name of the
 * target, which outlives no pod as an address does, the service whose replica it is, and the memory limit of the
 * container. Of a pod that has no address or has ended there are none.
 */
export function entriesOf(pod: Pod): readonly Labels[] {
  const { spec, status } = pod;
  if (status.podIP === '' || isEnded(status.phase)) return [];
  const shared = podLabels(pod);
  const host = isIPv6(status.podIP) ? `[${status.podIP}]` : status.podIP;
  // What runs before the others, and ends, has no port.
  const init = (spec.initContainers ?? []).filter(({ ports }) => portsOf(ports).length > 0);
  return [
    ...spec.containers.map((container) => ({ container, isInit: false })),
    ...init.map((container) => ({ container, isInit: true })),
  ].flatMap(({ container, isInit }) => {
    const labels = { ...shared, ...containerLabels(pod, container, isInit) };
    const ports = portsOf(container.ports);
    if (ports.length === 0) return [{ ...labels, __address__: host }];
    return ports.map(({ name, containerPort, protocol }) => ({
      ...labels,
      __address__: `${host}:${containerPort}`,
      [`${META}pod_container_port_name`]: name,
      [`${META}pod_container_port_number`]: String(containerPort),
      [`${META}pod_container_port_protocol`]: protocol,
    }));
  });
}

function portsOf(ports: Container['ports']): NonNullable<Container['ports']> {
  return ports ?? [];
}

function isEnded(phase: string): boolean {
  return ENDED_PHASES.some((ended) => ended === phase);
}

function podLabels({ metadata, spec, status }: Pod): Labels {
  const { name, namespace, uid } = metadata;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return {
    ...ownLabels(metadata, controller?.name),
    [`${META}namespace`]: namespace,
    [`${META}pod_name`]: name,
    [`${META}pod_ip`]: status.podIP,
    [`${META}pod_ready`]: (ready?.status ?? 'unknown').toLowerCase(),
    [`${META}pod_phase`]: status.phase,
    [`${META}pod_node_name`]: spec.nodeName,
    [`${META}pod_host_ip`]: status.hostIP,
    [`${META}pod_uid`]: uid,
    [`${META}pod_controller_kind`]: controller?.kind ?? '',
    [`${META}pod_controller_name`]: controller?.name ?? '',
    ...written('pod_label', metadata.labels),
    ...written('pod_annotation', metadata.annotations),
  };
}

function ownLabels(metadata: Pod['metadata'], controller: string | undefined): Labels {
  const target = `${metadata.namespace}.${metadata.name}`;
  return {
    ...(FOLDER_NAME.test(target) ? { __target__: target } : {}),
    ...(controller === undefined ? {} : { __service__: serviceOf(metadata, controller) }),
  };
}

/** `shop/cart`: the deployment, whose ReplicaSets are called for it and their hash, or another controller. */
function serviceOf({ namespace, labels }: Pod['metadata'], controller: string): string {
  const hash = `-${labels?.['pod-template-hash']}`;
  const name = controller.endsWith(hash) ? controller.slice(0, -hash.length) : controller;
  return `${namespace}/${name}`;
}

/** Some annotations hold whole documents: of what is too long for a label only that it is there. */
function written(kind: string, given: Pod['metadata']['labels']): Labels {
  return Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([name, value]) => {
      const label = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
      const present = [`${META}${kind}present_${label}`, 'true'];
      return value.length > MAX_VALUE_LENGTH
        ? [present]
        : [[`${META}${kind}_${label}`, value], present];
    }),
  );
}

function containerLabels({ status }: Pod, container: Container, isInit: boolean): Labels {
  const { name, image, resources } = container;
  const statuses = isInit ? status.initContainerStatuses : status.containerStatuses;
  const running = statuses?.find((each) => each.name === name);
  const limit = memoryOf(running?.resources) ?? memoryOf(resources);
  return {
    ...(limit === undefined ? {} : { __memory_limit__: `${limit}B` }),
    [`${META}pod_container_name`]: name,
    [`${META}pod_container_image`]: image,
    [`${META}pod_container_id`]: running?.containerID ?? '',
    [`${META}pod_container_init`]: String(isInit),
  };
}

/** Where a limit is changed while the container runs, its status tells what holds until the node has made it so. */
function memoryOf(resources: Container['resources']): number | undefined {
  return bytesOfQuantity(resources?.limits?.['memory'] ?? '');
}
