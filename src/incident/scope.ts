import type { TargetConfig } from '../config/config.ts';

/** A fleet is the targets that share the label `service`; without it a target is one of its own. */
export function scopeOf({ labels, name }: Pick<TargetConfig, 'labels' | 'name'>): string {
  return labels['service'] ?? name;
}
