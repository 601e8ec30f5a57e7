import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const RecordedPoll = z.object({
  /** Since the start of the program. */
  atMs: z.number(),
  profile: z.string().regex(/^\d+\.pb\.gz$/),
  goroutines: z.number(),
  /** As the program itself counts it. */
  leakedBytes: z.number(),
  /** First line of `/debug/pprof/heap?debug=1`, and the `Name = value` lines of its end. */
  header: z.string(),
  memStats: z.array(z.string()),
});

const Recording = z.object({
  program: z.string(),
  go: z.string(),
  /** Unix milliseconds. */
  startedAt: z.number(),
  polls: z.array(RecordedPoll).min(1),
});

/** What a watcher got to see of one Go program, poll by poll: see fixtures/demo/README.md. */
export type Recording = z.infer<typeof Recording>;
export type RecordedPoll = Recording['polls'][number];

/** Rejects where the folder holds no recording. */
export async function loadRecording(folder: string): Promise<Recording> {
  const file = join(folder, 'readings.json');
  const parsed = Recording.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: no recording: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The poll that was the newest at a moment of the recording: the first before it, the last for ever after it. */
export function pollAt(polls: readonly RecordedPoll[], atMs: number): RecordedPoll {
  const newest = polls.findLast((poll) => poll.atMs <= atMs) ?? polls[0];
  if (newest === undefined) throw new Error('a recording has at least one poll');
  return newest;
}
