// Run by tests as a process of its own: opens the store in argv[2] and writes to it until it is killed.
import { createLog } from '../../src/runtime/log.ts';
import { openStore } from '../../src/store/store.ts';

const [, , path = ''] = process.argv;
const store = await openStore(
  { path, profilesPerTarget: 8, maxBytes: 2 ** 30 },
  createLog('silent'),
);
for (let i = 1; ; i += 1) {
  const fill = 'x'.repeat((i * 7919) % 200_000);
  await Promise.all([
    store.writeDocument('outbox', { i, fill, length: fill.length }),
    store.writeBlob('history', Buffer.from(`${fill.length}:${fill}`)),
    store.saveProfile('shop-1', {
      at: Date.now(),
      inuseBytes: i,
      bytes: Buffer.from(`${fill.length}:${fill}`),
    }),
  ]);
  await store.prune(new Set());
  process.stdout.write(`written ${i}\n`);
}
