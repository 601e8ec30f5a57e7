import { z } from 'zod';

/** What is read of a pod as the API of Kubernetes answers it (reference, "Pod v1"); nil is written as null or left out. */
export type Pod = z.output<typeof podSchema>;
export type Container = Pod['spec']['containers'][number];

const texts = z.record(z.string(), z.string()).nullish();
const text = z.string().default('');

const resources = z.object({ limits: texts }).nullish();

const containerSchema = z.object({
  name: z.string(),
  image: text,
  ports: z
    .array(z.object({ name: text, containerPort: z.number(), protocol: z.string().default('TCP') }))
    .nullish(),
  resources,
});

const statusesSchema = z
  .array(z.object({ name: z.string(), containerID: text, resources }))
  .nullish();

const podSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    name: z.string(),
    namespace: z.string(),
    labels: texts,
    annotations: texts,
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
  }),
  spec: z.object({
    nodeName: text,
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).nullish(),
  }),
  status: z
    .object({
      phase: text,
      podIP: text,
      hostIP: text,
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      containerStatuses: statusesSchema,
      initContainerStatuses: statusesSchema,
    })
    .prefault({}),
});

const versionSchema = z.object({ resourceVersion: z.string() });

const pageSchema = z.object({
  metadata: versionSchema.extend({ continue: text }),
  items: z.array(podSchema).nullish(),
});

/** One page of a list. */
export interface PodPage {
  readonly pods: readonly Pod[];
  /** Of the list as a whole: from where on changes are to be asked for. */
  readonly version: string;
  /** What the next page is asked for by; empty where this is the last. */
  readonly next: string;
}

/** Throws in words that show nothing of the text. */
export function readPodPage(body: string): PodPage {
  const { metadata, items } = read(pageSchema, body);
  return { pods: items ?? [], version: metadata.resourceVersion, next: metadata.continue };
}

export type PodChange =
  | { readonly kind: 'is' | 'gone'; readonly pod: Pod; readonly version: string }
  /** Nothing, but that it has come so far. */
  | { readonly kind: 'bookmark'; readonly version: string }
  /** Its history does not reach back so far: all has to be listed again. */
  | { readonly kind: 'expired' };

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});
const objectSchema = z.object({ metadata: versionSchema });
const failureSchema = z.object({ code: z.number().optional(), message: z.string().default('') });

/** One line of what a watch answers with. */
export function readPodChange(line: string): PodChange {
  const { type, object } = read(eventSchema, line);
  if (type === 'ERROR') return readFailure(object);
  const version = checked(objectSchema, object).metadata.resourceVersion;
  if (type === 'BOOKMARK') return { kind: 'bookmark', version };
  const pod = checked(podSchema, object);
  return { kind: type === 'DELETED' ? 'gone' : 'is', pod, version };
}

const GONE = 410;

function readFailure(object: unknown): PodChange {
  const { code, message } = checked(failureSchema, object);
  if (code === GONE) return { kind: 'expired' };
  throw new Error(`the watch failed: ${message.slice(0, 200)}`);
}

function read<Schema extends z.ZodType>(schema: Schema, body: string): z.output<Schema> {
  return checked(schema, parsed(body));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('no JSON; let api_server point at the API of Kubernetes');
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const where = error.issues[0]?.path.map(String).join('.') ?? '';
  throw new Error(
    `no pods as the API of Kubernetes answers them (at ${where === '' ? 'the top' : where})`,
  );
}
