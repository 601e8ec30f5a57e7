import type { Config } from './config/config.ts';
import type { Discovery } from './discovery/discovery.ts';
import { externalUrlOf } from './config/external-url.ts';
import type { Illustrate } from './notify/illustration.ts';
import type { MessageContext } from './notify/notification.ts';
import { createSources } from './notify/sources.ts';
import type { Pictures } from './picture/pictures.ts';
import type { Log } from './runtime/log.ts';
import type { Store } from './store/store.ts';
import { createHttpClient } from './target/http-client.ts';

export interface MessageParts {
  readonly store: Store;
  readonly illustrate: Illustrate;
  readonly pictures: Pictures;
  readonly discovery: Pick<Discovery, 'targets'>;
  readonly log: Log;
}

/** What messages need beyond the incident. */
export function messageContext(config: Config, parts: MessageParts) {
  const { store, illustrate, pictures, discovery, log } = parts;
  const readProfile: MessageContext['readProfile'] = (target, file) =>
    store.readProfile(target, file);
  return {
    externalUrl: externalUrlOf(config),
    readProfile,
    illustrate,
    ...createSources({
      targets: () => [...config.targets, ...discovery.targets()],
      pictures,
      readProfile,
      log,
    }),
    createHttpClient,
  };
}
