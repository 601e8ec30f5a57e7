import type { z } from 'zod';
import type { CaptureSettings, ReadingSettings, TargetConfig, TriggerSettings } from '../config.ts';
import type { TargetSettings } from '../discovery-config.ts';
import { baseUrl } from './addresses.ts';
import { block, list, table } from './block.ts';
import { detectionSchema } from './detection.ts';
import { httpSchema } from './http.ts';
import { sourceSchema } from './source.ts';
import { atLeast, timeoutWithin } from './rules.ts';
import { accept, refuse, scalar } from './scalar.ts';
import { choice, duration, folderName, size, threshold } from './values.ts';
import { formatDuration } from '../units.ts';

const DEFAULTS = {
  readingTimeoutMs: 5_000,
  baselineIntervalMs: 600_000,
  captureTimeoutMs: 30_000,
} as const;

/** A test interval may be shorter than any answer takes; this much patience does no harm. */
const PATIENCE_MS = 5_000;

/** Set by heapwarden on every alert, so that a target cannot say otherwise. */
export const RESERVED_LABELS = new Set(['alertname', 'target', 'severity', 'function', 'kind']);

/** What a target is after `target_defaults` have been laid under it. */
export function targetSchema(folder: string): z.ZodType<TargetConfig> {
  return block({ ...ownKeys(), ...sharedKeys(folder) }).transform(({ name, url, ...shared }) => ({
    name,
    url,
    ...settingsOf(shared),
  }));
}

/** Read for its mistakes only; its values reach the targets before they are read. */
export function targetDefaultsSchema(folder: string) {
  return block(sharedKeys(folder));
}

/** What tells one target from another. */
export function ownKeys() {
  return { name: folderName('a name that can be a folder', 'checkout-1'), url: url() };
}

type Shared = z.output<z.ZodObject<ReturnType<typeof sharedKeys>>>;

/** What `sharedKeys` read. */
export function settingsOf(shared: Shared): TargetSettings {
  return {
    labels: shared.labels,
    memoryLimitBytes: shared.memory_limit,
    ownPackages: shared.own_packages,
    ...(shared.source === undefined ? {} : { source: shared.source }),
    http: shared.http,
    reading: shared.reading,
    trigger: shared.trigger,
    capture: shared.capture,
    detection: shared.detection,
  };
}

export function labelsSchema() {
  return table(labelValue(), 'labels', wrongLabel);
}

/** What targets may have in common. */
export function sharedKeys(folder: string) {
  return {
    labels: labelsSchema().default({}),
    memory_limit: size().optional(),
    own_packages: list(importPath(), 'import paths').default([]),
    source: sourceSchema(folder),
    http: httpSchema(folder).prefault({}),
    reading: readingSchema().prefault({}),
    trigger: triggerSchema().prefault({}),
    capture: captureSchema().prefault({}),
    detection: detectionSchema().prefault({}),
  };
}

function readingSchema(): z.ZodType<ReadingSettings> {
  return block(
    {
      source: choice(['auto', 'metrics', 'expvar', 'pprof']).default('auto'),
      interval: duration().default(15_000),
      timeout: duration().default(DEFAULTS.readingTimeoutMs),
    },
    [timeoutWithin('interval', PATIENCE_MS)],
  ).transform((reading) => ({
    source: reading.source,
    intervalMs: reading.interval,
    timeoutMs: reading.timeout,
  }));
}

function triggerSchema(): z.ZodType<TriggerSettings> {
  return block({
    above: threshold().default({ kind: 'share', share: 0.75 }),
    growth_per_hour: size().default(64 * 2 ** 20),
  }).transform((trigger) => ({
    above: trigger.above,
    growthBytesPerHour: trigger.growth_per_hour,
  }));
}

/** What is not given follows the interval where that is unusual: a shorter timeout, a longer baseline. */
function captureSchema(): z.ZodType<CaptureSettings> {
  return block(
    {
      interval: duration().default(60_000),
      baseline_interval: duration().optional(),
      timeout: duration().optional(),
      max_bytes: size().default(64 * 2 ** 20),
      gc: choice(['never', 'when_stale']).default('never'),
    },
    [
      atLeast('baseline_interval', 'interval', formatDuration),
      timeoutWithin('interval', PATIENCE_MS),
    ],
  ).transform(({ interval, ...capture }) => ({
    intervalMs: interval,
    baselineIntervalMs:
      capture.baseline_interval ?? Math.max(DEFAULTS.baselineIntervalMs, interval),
    timeoutMs:
      capture.timeout ?? Math.min(DEFAULTS.captureTimeoutMs, Math.max(interval, PATIENCE_MS)),
    maxBytes: capture.max_bytes,
    gc: capture.gc,
  }));
}

function url() {
  const words = {
    what: 'the URL of a target',
    write: 'the address of the Go service such as http://10.0.0.7:6060',
    login: 'http.basic_auth',
  };
  return baseUrl(words).superRefine((base, context) => {
    if (!/\/debug\/pprof(\/|$)/.test(base)) return;
    const message =
      'ends in the path of the profiles, seen "/debug/pprof"; write the URL before it, /debug/pprof/heap is appended';
    context.addIssue({ code: 'custom', message, params: { fault: 'value' } });
  });
}

function labelValue() {
  const words = { what: 'the value of a label', write: 'text such as checkout' };
  return scalar(words, accept);
}

function wrongLabel(label: string): string | undefined {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
    return 'not the name of a label; write letters, digits and underscores, not starting with a digit';
  }
  if (label.startsWith('__'))
    return 'a name that Prometheus keeps for itself; write one without __';
  if (RESERVED_LABELS.has(label)) return 'a label that every alert sets itself; write another name';
  return undefined;
}

function importPath() {
  const words = { what: 'an import path', write: 'the start of one such as example.com/shop' };
  return scalar(words, (text) =>
    /^[\w.~-]+(\/[\w.~-]+)*$/.test(text) && !/(^|\/)\.{2,}(\/|$)/.test(text)
      ? accept(text)
      : refuse(`not ${words.what}`, words.write),
  );
}
