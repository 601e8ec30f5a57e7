import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until `probe` finds something, and resolves to it; rejects with `what` and the
 * last failure where that takes longer than `boundMs`.
 */
export async function until<T>(
  what: string,
  boundMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + boundMs;
  let failure: unknown;
  const attempt = async (): Promise<T | undefined> => {
    try {
      return await probe();
    } catch (error) {
      failure = error;
      return undefined;
    }
  };
  while (Date.now() < deadline) {
    const found = await attempt();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error(`${what}: not within ${boundMs}ms`, { cause: failure });
}
