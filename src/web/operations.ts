import type { Hono } from 'hono';
import { problem } from './problem.ts';
import type { Dashboard } from './status.ts';

/** What programs ask of the daemon: whether it lives, whether it is ready, its metrics, a reload. */
export function addOperations(app: Hono, dashboard: Dashboard): void {
  app.get('/-/healthy', (c) => c.text('heapwarden is healthy\n'));
  app.get('/-/ready', (c) => {
    if (!dashboard.ready()) return problem(c, 503, 'heapwarden is starting');
    const trouble = dashboard.trouble?.();
    if (trouble === undefined) return c.text('heapwarden is ready\n');
    return problem(c, 503, trouble);
  });
  app.post('/-/reload', async (c) => {
    const reloaded = await dashboard.reload();
    if (!reloaded.ok) return problem(c, 500, reloaded.problem);
    const { needRestart = [] } = reloaded;
    const rest = `; what changed of ${needRestart.join(', ')} takes effect only after a restart`;
    return c.text(`configuration reloaded${needRestart.length === 0 ? '' : rest}\n`);
  });
  app.get('/metrics', async (c) => {
    const { contentType, body } = await dashboard.metrics();
    return c.body(body, 200, { 'Content-Type': contentType });
  });
}
