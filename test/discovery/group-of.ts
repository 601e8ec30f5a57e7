import { parseConfig } from '../../src/config/load.ts';
import type { DiscoveryGroup } from '../../src/config/discovery-config.ts';

/** A group as the file gives it. */
export function groupOf(keys: string): DiscoveryGroup {
  const text = `
target_defaults: { capture: { interval: 20s }, labels: { env: prod } }
discovery:
  - { name: shop, file_sd_configs: [{ files: [targets.json] }], ${keys} }
route: { receiver: oncall }
receivers: [{ name: oncall }]
`;
  const [group] = parseConfig(text, { file: '/etc/heapwarden.yaml', env: {} }).discovery ?? [];
  if (group === undefined) throw new Error('no group');
  return group;
}
