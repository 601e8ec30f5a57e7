import type { HeartbeatConfig, HttpConfig } from '../config/config.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { HttpClient } from '../target/http-client.ts';
import { readSecret } from '../target/read-secret.ts';
import { answerOf, unanswered } from './http-answer.ts';
import type { Answer } from './notification.ts';
import { readHttpSecrets, unspokenOf } from './unspoken.ts';

export interface HeartbeatParts {
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
  /** What the sign of life says; `undefined` where none is to be given, because nobody can be told anything. */
  readonly pulse: () => unknown;
  readonly clock: Clock;
  readonly log: Log;
}

const MAX_ANSWER_BYTES = 64 * 1_024;

/** Posts a sign of life every interval, so that somebody elsewhere notices when it stays away. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #beating: Beating | undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** Goes on as configured from now on, or stops where nothing is. */
  async configure(config: HeartbeatConfig | undefined): Promise<void> {
    await this.#beating?.stop();
    this.#beating = config === undefined ? undefined : new Beating(config, this.#parts);
  }

  async stop(): Promise<void> {
    await this.configure(undefined);
  }
}

class Beating {
  readonly #config: HeartbeatConfig;
  readonly #parts: HeartbeatParts;
  readonly #client: HttpClient;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #fails = false;

  constructor(config: HeartbeatConfig, parts: HeartbeatParts) {
    this.#config = config;
    this.#parts = parts;
    this.#client = parts.createHttpClient(config.http);
    this.#loop = this.#beat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#client.close();
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pulse = this.#parts.pulse();
      if (pulse !== undefined) this.#report(await this.#send(pulse));
      await this.#parts.clock.sleep(this.#config.intervalMs, signal);
    }
  }

  async #send(pulse: unknown): Promise<Answer> {
    const { url: secretUrl, http, timeoutMs } = this.#config;
    let secrets: readonly string[] = [];
    try {
      const url = await readSecret(secretUrl, 'url_file');
      secrets = [...unspokenOf(url), ...(await readHttpSecrets(http))];
      const response = await this.#client.request({
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(pulse),
        timeoutMs,
        timeoutSetting: 'heartbeat.timeout',
        maxBytes: MAX_ANSWER_BYTES,
        signal: this.#stopping.signal,
      });
      return answerOf(response, { now: this.#parts.clock.now(), secrets });
    } catch (error) {
      return unanswered(error, secrets);
    }
  }

  /** A line where it begins to fail and one where it works again, not one a beat. */
  #report(answer: Answer): void {
    const fails = answer.kind !== 'sent';
    if (fails === this.#fails || this.#stopping.signal.aborted) return;
    this.#fails = fails;
    if (fails) this.#parts.log.warn('heartbeat not taken', { reason: answer.reason });
    else this.#parts.log.info('heartbeat taken again');
  }
}
