import type { Suspect } from '../../src/growth/verdict.ts';
import type { MemoryOutlook, VerdictReport } from '../../src/incident/incident.ts';

const MIB = 2 ** 20;

/** A suspect drawn as its call path, the allocator first: `append < cache.Put < api.Handle`; its own function comes second. */
export function suspect(path: string, more: Partial<Suspect> = {}): Suspect {
  const stack = path.split(' < ');
  const [allocator = '', name = allocator] = stack;
  return {
    function: name,
    file: 'shop.go',
    line: 17,
    allocator: { function: allocator, file: 'shop.go', line: 22 },
    stack,
    inuseBytes: 80 * MIB,
    growthBytes: 40 * MIB,
    growthBytesPerHour: 100 * MIB,
    growthBytesPerHourLow: 80 * MIB,
    growthBytesPerHourHigh: 125 * MIB,
    share: 0.9,
    survival: 0.97,
    samples: 152,
    z: 12,
    since: 0,
    ...more,
  };
}

export function outlook(of: Suspect): MemoryOutlook {
  return {
    readingBytes: 1024 * MIB,
    readingKind: 'rss',
    limitBytes: undefined,
    bytesPerHour: of.growthBytesPerHour,
    limitReachedAt: undefined,
    limitReachedAtEarliest: undefined,
    limitReachedAtLatest: undefined,
  };
}

/** A report of `shop-1` in the scope `shop`, quiet, with 100 fresh profiles where 24 make a verdict. */
export function report(more: Partial<VerdictReport> = {}): VerdictReport {
  return {
    target: 'shop-1',
    scope: 'shop',
    labels: { service: 'shop' },
    at: 1_000,
    state: 'quiet',
    reason: 'nothing grows',
    suspects: [],
    freshInEpoch: 100,
    minProfiles: 24,
    newEpoch: false,
    outlook,
    profiles: undefined,
    ...more,
  };
}
