import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, realpath, rename, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, StoreError, storeErrorOf } from './store-error.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Where the sockets of one folder are: `DIRECTORY/PREFIX RANDOM .sock`. */
interface Place {
  readonly folder: string;
  readonly directory: string;
  readonly prefix: string;
}

interface Contender {
  readonly name: string;
  readonly server: Server;
  owns: boolean;
}

/** `sockaddr_un` holds 104 bytes on macOS and the BSDs, 108 on Linux, the closing zero among them. */
const LONGEST_SOCKET_PATH = 103;
const ANSWER_WITHIN_MS = 1_000;
const ASK_AGAIN_AFTER_MS = 5;
/** So often may one hang up without a word before it counts as an owner that cannot answer. */
const HANG_UPS = 20;

/**
 * Takes a folder for this process alone by listening on a socket in it. The kernel ends that with the
 * process, however it dies, which it does not do for a file with a pid in it; and Node has no flock.
 *
 * Each contender publishes a socket under a name never used before, already listening, and then asks
 * all others it finds. Of any two, the one that published later finds the other, so it alone has to
 * give way: to an owner at once; among contenders the first by name goes on, once the others have
 * given way. Names are not reused, so that removing a dead socket never removes a live one.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  try {
    const { place, beside, self } = await enterSomewhere(await realpath(folder));
    const release = () => leave(place, self);
    try {
      await outlastAll(place, self);
      await refuseOwned(beside);
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  } catch (error) {
    throw storeErrorOf(folder, error);
  }
}

function placeOf(folder: string): Place {
  const inside = { folder, directory: folder, prefix: 'lock.' };
  if (Buffer.byteLength(join(folder, `${unusedName(inside)}.new`)) <= LONGEST_SOCKET_PATH)
    return inside;
  return outside(folder);
}

function outside(folder: string): Place {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return { folder, directory: tmpdir(), prefix: `heapwarden-${digest}.` };
}

/**
 * A folder that takes nothing, as on a disk that is full or was made read-only, is still to be owned:
 * the daemon goes on with what is saved there, and says what it cannot do. It may have taken something
 * before, and may again: so whoever is at one place looks at the other too.
 */
async function enterSomewhere(folder: string): Promise<{
  readonly place: Place;
  readonly beside: Place | undefined;
  readonly self: Contender;
}> {
  const [place, elsewhere] = [placeOf(folder), outside(folder)];
  const isOutside = place.directory === elsewhere.directory;
  try {
    return { place, beside: isOutside ? undefined : elsewhere, self: await enter(place) };
  } catch (error) {
    if (!TAKES_NOTHING.has(errorCode(error) ?? '')) throw error;
    return { place: elsewhere, beside: place, self: await enter(elsewhere) };
  }
}

/** Of the sockets at a place that one is not at, where it can be looked at. */
async function refuseOwned(place: Place | undefined): Promise<void> {
  if (place === undefined) return;
  for (const name of await socketsOf(place).catch(() => [])) {
    const answer = await ask(join(place.directory, name));
    if (answer !== undefined) throw lockedBy(answer, place.folder);
  }
}

const TAKES_NOTHING: ReadonlySet<string> = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOSPC',
  'EDQUOT',
]);

async function socketsOf({ directory, prefix }: Place): Promise<readonly string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.startsWith(prefix) && name.endsWith('.sock'));
}

function unusedName({ prefix }: Pick<Place, 'prefix'>): string {
  return `${prefix}${randomBytes(8).toString('hex')}.sock`;
}

/** Between bind and listen a socket looks dead, so it gets its name only when it listens. */
async function enter(place: Place): Promise<Contender> {
  const name = unusedName(place);
  const path = join(place.directory, name);
  const self: Contender = { name, server: createServer(), owns: false };
  self.server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${process.pid} ${self.owns ? 'owns' : 'contends'}`);
  });
  await once(self.server.listen(`${path}.new`), 'listening');
  self.server.on('error', () => undefined);
  await rename(`${path}.new`, path);
  return self;
}

async function leave(place: Place, self: Contender): Promise<void> {
  await new Promise<void>((resolve) => {
    self.server.close(() => resolve());
  });
  await rm(join(place.directory, self.name), { force: true });
}

/** Rejects where another goes before; what is left of dead ones is removed. */
async function outlastAll(place: Place, self: Contender): Promise<void> {
  for (const other of await socketsOf(place)) {
    if (other !== self.name) await outlast(place, self, other);
  }
  self.owns = true;
}

async function outlast(place: Place, self: Contender, other: string): Promise<void> {
  const path = join(place.directory, other);
  let answer = await ask(path);
  for (let hangUps = 0; isUndecided(answer, self.name < other) && hangUps < HANG_UPS;) {
    await delay(ASK_AGAIN_AFTER_MS);
    answer = await ask(path);
    if (answer === '') hangUps += 1;
  }
  if (answer !== undefined) throw lockedBy(answer, place.folder);
  await rm(path, { force: true });
}

/** One that hangs up without a word is on its way out; one that contends gives way to who is first. */
function isUndecided(answer: string | undefined, isFirst: boolean): boolean {
  return answer === '' || (isFirst && answer?.endsWith('contends') === true);
}

/** What the other side says, `4711 owns`; `silent` where it says nothing in time; `undefined` where it is dead. */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection(path);
    socket.setTimeout(ANSWER_WITHIN_MS, () => {
      socket.destroy();
      resolve('silent');
    });
    socket.on('data', (bytes) => {
      answer += bytes.toString();
    });
    socket.once('end', () => resolve(answer));
    socket.once('error', (error) => {
      const isDead = ['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '');
      resolve(isDead ? undefined : answer);
    });
  });
}

function lockedBy(answer: string, folder: string): StoreError {
  const [, pid = 'unknown'] = /^(\d+) /.exec(answer) ?? [];
  return new StoreError(
    'locked',
    `${folder}: another heapwarden (pid ${pid}) owns it; stop it or set storage.path`,
  );
}
