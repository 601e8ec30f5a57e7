import { z } from 'zod';

/** What the demo shows of a `TargetStatus`. */
export interface WatchedTarget {
  readonly name: string;
  readonly memoryBytes: number | undefined;
  readonly mode: string;
  readonly modeReason: string;
  /** Of the verdict; empty where there is none yet. */
  readonly state: string;
  readonly reason: string;
  readonly fresh: number;
  /** Why the newest reading failed; empty where it did not. */
  readonly readingError: string;
}

const TargetsAnswer = z.object({
  targets: z.array(
    z
      .object({
        name: z.string(),
        readingError: z.object({ message: z.string() }).nullish(),
        trigger: z.object({ mode: z.string(), decision: z.object({ reason: z.string() }) }),
        verdict: z
          .object({ state: z.string(), reason: z.string(), freshInEpoch: z.number() })
          .nullish(),
        recent: z.array(z.object({ bytes: z.number() })),
      })
      .transform(({ name, readingError, trigger, verdict, recent }): WatchedTarget => ({
        name,
        memoryBytes: recent.at(-1)?.bytes,
        mode: trigger.mode,
        modeReason: trigger.decision.reason,
        state: verdict?.state ?? '',
        reason: verdict?.reason ?? '',
        fresh: verdict?.freshInEpoch ?? 0,
        readingError: readingError?.message ?? '',
      })),
  ),
});

/** `/api/v1/targets` of a daemon; rejects where it does not answer (yet). */
export async function askTargets(daemonUrl: string): Promise<readonly WatchedTarget[]> {
  const response = await fetch(`${daemonUrl}/api/v1/targets`, {
    signal: AbortSignal.timeout(5_000),
  });
  return TargetsAnswer.parse(await response.json()).targets;
}
