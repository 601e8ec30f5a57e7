import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { secureHeaders } from 'hono/secure-headers';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { addApi } from './api.ts';
import type { BasicAuthUsers } from './auth.ts';
import { requireUser, requireUserToChange } from './auth.ts';
import type { Address } from './guard.ts';
import { isCrossSite, isOwnHost } from './guard.ts';
import { addOperations } from './operations.ts';
import { addDesk } from './desk/routes.ts';
import { addPages } from './pages.ts';
import type { Pictures } from '../picture/pictures.ts';
import { problem } from './problem.ts';
import type { Dashboard } from './status.ts';

export interface AppParts {
  readonly dashboard: Dashboard;
  readonly address: Address;
  readonly clock: Clock;
  readonly log: Log;
  readonly pictures: Pictures;
  readonly users: BasicAuthUsers;
}

/** Everything the server answers, with what protects it in front. Only the desk reads the body of a request, up to a bound. */
export function createApp(parts: AppParts): Hono {
  const app = new Hono();
  app.use(lockDown());
  app.use(ownHostOnly(parts.address));
  app.use(ownSiteOnly(parts.address));
  app.use(requireUser(parts.users));
  app.use(requireUserToChange(parts.address, parts.users));
  app.use(compress());
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  addOperations(app, parts.dashboard);
  addApi(app, parts.dashboard);
  if (parts.dashboard.desk !== undefined) addDesk(app, parts.dashboard.desk, parts.clock);
  addPages(app, parts);
  app.notFound((c) => problem(c, 404, `path: nothing is at ${c.req.path}`));
  app.onError((error, c) => {
    parts.log.error('request failed', { path: c.req.path, error: error.stack ?? String(error) });
    return problem(c, 500, 'heapwarden failed to answer; its log says why');
  });
  return app;
}

/** Nothing but the server's own stylesheet, script and pictures may be loaded, no page may frame it. */
function lockDown(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // Whether the server's name is to be reached by TLS only is for the proxy before it to say.
    strictTransportSecurity: false,
  });
}

function ownHostOnly(address: Address): MiddlewareHandler {
  const names = ['localhost', address.host, address.externalUrl].filter(
    (name) => name !== undefined,
  );
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (isOwnHost(host, address)) return next();
    return problem(
      c,
      421,
      `host: "${host}" is not a name of this server; use ${names.join(' or ')}`,
    );
  };
}

function ownSiteOnly(address: Address): MiddlewareHandler {
  return async (c, next) => {
    const sender = {
      secFetchSite: c.req.header('sec-fetch-site'),
      origin: c.req.header('origin'),
      host: c.req.header('host'),
    };
    const changesNothing = ['GET', 'HEAD', 'OPTIONS'].includes(c.req.method);
    if (changesNothing || !isCrossSite(sender, address)) return next();
    return problem(
      c,
      403,
      'request: a page of another site made it; make it from here or without a browser',
    );
  };
}

async function refuseMethod(c: Context, allowed: readonly string[]): Promise<Response> {
  const message = `method: ${c.req.method} does nothing here; use ${allowed.join(' or ')}`;
  const response = await problem(c, 405, message);
  response.headers.set('Allow', allowed.join(', '));
  return response;
}
