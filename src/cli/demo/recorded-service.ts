import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { serveLocally } from './local-server.ts';
import type { LocalServer } from './local-server.ts';
import { loadRecording, pollAt } from './recording.ts';
import type { RecordedPoll, Recording } from './recording.ts';
import { retimeProfile } from './retime-profile.ts';

export interface PlaybackOptions {
  readonly clock: Clock;
  /** How much faster than it was recorded; 1 by default. */
  readonly speed?: number;
}

/**
 * Serves the recording in a folder again, at the endpoints where the Go program had served it and at
 * its pace, as if the program had started just now. After the end the last poll stays for good: for
 * a watcher, a program in which no GC happens any more.
 */
export async function serveRecording(
  folder: string,
  options: PlaybackOptions,
): Promise<LocalServer> {
  const playback = new Playback(folder, await loadRecording(folder), options);
  return serveLocally((request, response) => {
    answer(playback, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
}

async function answer(
  playback: Playback,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://recorded');
  switch (url.pathname) {
    case '/debug/pprof/heap':
      if (Number(url.searchParams.get('debug')) > 0) return text(response, playback.heapText());
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.end(await playback.heapProfile());
      return;
    case '/debug/pprof/':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(playback.index());
      return;
    case '/debug/pprof/cmdline':
      return text(response, playback.program);
    case '/truth':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ leakedBytes: playback.now().leakedBytes }));
      return;
    default:
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('404 page not found\n');
  }
}

function text(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

class Playback {
  readonly #folder: string;
  readonly #recording: Recording;
  readonly #firstMs: number;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startedAt: number;

  constructor(folder: string, recording: Recording, { clock, speed = 1 }: PlaybackOptions) {
    this.#folder = folder;
    this.#recording = recording;
    this.#firstMs = recording.polls[0]?.atMs ?? 0;
    this.#clock = clock;
    this.#speed = speed;
    this.#startedAt = clock.now();
  }

  get program(): string {
    return this.#recording.program;
  }

  now(): RecordedPoll {
    const playedMs = (this.#clock.now() - this.#startedAt) * this.#speed;
    return pollAt(this.#recording.polls, this.#firstMs + playedMs);
  }

  async heapProfile(): Promise<Buffer> {
    const poll = this.now();
    const recorded = await readFile(join(this.#folder, poll.profile));
    return retimeProfile(recorded, this.#playedAt(poll.atMs));
  }

  /** The page that Go writes, without the samples and the times of the newest pauses. */
  heapText(): string {
    const { header, memStats } = this.now();
    const lines = memStats.map((line) => `# ${this.#retimed(line)}\n`);
    return `${header}\n\n# runtime.MemStats\n${lines.join('')}`;
  }

  index(): string {
    const row = `<tr><td>${this.now().goroutines}</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>`;
    return `<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n<table>\n${row}\n</table>\n</body>\n</html>\n`;
  }

  #retimed(line: string): string {
    const [, lastGcNanos] = /^LastGC = (\d+)$/.exec(line) ?? [];
    if (lastGcNanos === undefined) return line;
    const atMs = Number(lastGcNanos) / 1e6 - this.#recording.startedAt;
    return `LastGC = ${BigInt(Math.round(this.#playedAt(atMs))) * 1_000_000n}`;
  }

  /** When a moment of the recording is played, Unix milliseconds. */
  #playedAt(atMs: number): number {
    return this.#startedAt + (atMs - this.#firstMs) / this.#speed;
  }
}
