import { z } from 'zod';
import type { StopSignal } from '../../runtime/stop-signal.ts';
import type { HttpAnswer, HttpClient } from '../../target/http-client.ts';
import { MAX_LIST_BYTES } from '../target-list.ts';
import { readPodPage, type PodPage } from './pod.ts';
import { ENDED_PHASES } from './pod-labels.ts';
import { Refusal } from './refusal.ts';

/** The pods of a cluster, as its API tells them (Kubernetes, "API Concepts"). */
export interface PodApi {
  /** The page of a list that `next` of the one before names; the first for an empty one. */
  readonly page: (next: string, signal: StopSignal) => Promise<PodPage>;
  /** What changed since `version`, a line each; `undefined` where that is too long ago. */
  readonly changes: (version: string, signal: StopSignal) => Promise<readonly string[] | undefined>;
  readonly close: () => Promise<void>;
}

export interface PodSelection {
  /** `undefined` for all. */
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

/** So many pods are a megabyte or so, which is read in a few milliseconds. */
const PAGE = 50;
const LIST_TIMEOUT_MS = 30_000;
/** How long the API tells changes before it ends its answer. */
const WATCH_SECONDS = 5;
const WATCH_TIMEOUT_MS = 20_000;
const GONE = 410;
const LONGEST_MESSAGE = 300;

/** Of the pods in `selection`, without those that have ended. */
export function createPodApi(client: HttpClient, url: string, selection: PodSelection): PodApi {
  const { namespace, labelSelector, fieldSelector } = selection;
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const running = ENDED_PHASES.map((phase) => `status.phase!=${phase}`);
  const selectors = {
    fieldSelector: [...(fieldSelector === undefined ? [] : [fieldSelector]), ...running].join(),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
  const ask = (query: Record<string, string>, timeoutMs: number, signal: StopSignal) =>
    client.request({
      url: `${url}/api/v1${within}/pods?${String(new URLSearchParams({ ...query, ...selectors }))}`,
      headers: { Accept: 'application/json' },
      timeoutMs,
      maxBytes: MAX_LIST_BYTES,
      signal,
    });
  return {
    page: async (next, signal) => {
      const asked = { limit: String(PAGE), ...(next === '' ? {} : { continue: next }) };
      return readPodPage(textOf(await ask(asked, LIST_TIMEOUT_MS, signal)));
    },
    changes: async (version, signal) => {
      const asked = {
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(WATCH_SECONDS),
        resourceVersion: version,
      };
      const answer = await ask(asked, WATCH_TIMEOUT_MS, signal);
      if (answer.status === GONE) return undefined;
      return textOf(answer)
        .split('\n')
        .filter((line) => line !== '');
    },
    close: () => client.close(),
  };
}

/** Throws where the API refuses. */
function textOf(answer: HttpAnswer): string {
  const { status, body } = answer;
  const text = Buffer.from(body).toString('utf8');
  if (status === 200) return text;
  const said = `status ${status} instead of 200${reasonIn(text)}`;
  throw new Refusal(`${said}; ${adviceOn(status)}`, answer);
}

const refusalSchema = z.object({ message: z.string() });

/** Why the API refuses, in its own words. */
function reasonIn(text: string): string {
  try {
    const { message } = refusalSchema.parse(JSON.parse(text));
    return `, ${JSON.stringify(message.slice(0, LONGEST_MESSAGE))}`;
  } catch {
    return '';
  }
}

function adviceOn(status: number): string {
  if (status === 400) return 'check selectors';
  if (status === 401) return 'check the token of the service account, or http of api_server';
  if (status === 403) return 'let the service account list and watch pods there';
  return status === 429 || status >= 500
    ? 'look for what the API server is busy with, or into its log'
    : 'let api_server point at the API of Kubernetes';
}
