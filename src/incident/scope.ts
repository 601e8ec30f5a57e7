import type { TargetConfig } from '../config/config.ts';

/** A fleet is the targets that share the label `service`; without it a target is one of its own. */
export function scopeOf({ labels, name }: Pick<TargetConfig, 'labels' | 'name'>): string {
  return labels['service'] ?? name;
}

/** Who is watched, and of which fleets. */
export interface Present {
  readonly names: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
}

export function presentIn(targets: readonly Pick<TargetConfig, 'labels' | 'name'>[]): Present {
  return { names: new Set(targets.map(({ name }) => name)), scopes: new Set(targets.map(scopeOf)) };
}
