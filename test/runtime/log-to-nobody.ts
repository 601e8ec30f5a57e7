// Run by tests as a process of its own: logs more than any pipe holds, tells its parent that it lives on, and ends.
import { createLog } from '../../src/runtime/log.ts';

const log = createLog('info');
for (let line = 0; line < 10_000; line += 1) log.info('a line', { line, fill: 'x'.repeat(200) });
setTimeout(() => process.send?.('alive', () => process.disconnect()), 300);
