import type { SourceConfig, TargetConfig } from '../config.ts';
import type { TargetSettings } from '../discovery-config.ts';
import { writtenDuration, writtenHttp, writtenSize, writtenThreshold } from './values.ts';

export function writtenTarget({ name, url, ...settings }: TargetConfig): object {
  return { name, url, ...writtenSettings(settings) };
}

/** What targets may have in common. */
export function writtenSettings(settings: TargetSettings): object {
  const { labels, memoryLimitBytes, ownPackages, source, http } = settings;
  return {
    labels,
    memory_limit: memoryLimitBytes === undefined ? undefined : writtenSize(memoryLimitBytes),
    own_packages: ownPackages,
    source: source && writtenSource(source),
    http: writtenHttp(http),
    ...writtenWatch(settings),
  };
}

function writtenSource({ root, urlTemplate }: SourceConfig): object {
  return { root, url_template: urlTemplate };
}

function writtenWatch({ reading, trigger, capture, detection }: TargetSettings): object {
  return {
    reading: {
      source: reading.source,
      interval: writtenDuration(reading.intervalMs),
      timeout: writtenDuration(reading.timeoutMs),
    },
    trigger: {
      above: writtenThreshold(trigger.above),
      growth_per_hour: writtenSize(trigger.growthBytesPerHour),
    },
    capture: {
      interval: writtenDuration(capture.intervalMs),
      baseline_interval: writtenDuration(capture.baselineIntervalMs),
      timeout: writtenDuration(capture.timeoutMs),
      max_bytes: writtenSize(capture.maxBytes),
      gc: capture.gc,
    },
    detection: {
      min_profiles: detection.minProfiles,
      confirm_profiles: detection.confirmProfiles,
      min_growth: writtenSize(detection.minGrowthBytes),
    },
  };
}
