import type { Acceptance, Config, HeartbeatConfig, Route, WebConfig } from '../config.ts';
import { writtenGroup } from './discovery.ts';
import { writtenReceiver } from './receiver.ts';
import { writtenTarget } from './target.ts';
import { writtenTimeInterval } from './time-interval.ts';
import {
  writtenAddress,
  writtenDuration,
  writtenHttp,
  writtenMatcher,
  writtenSize,
  writtenSmtp,
} from './values.ts';

/** A configuration in the words of the file, which would say the same but for its secrets; what is not set is `undefined`. */
export function writtenConfig(config: Config): object {
  const { externalUrl, smtp, storage } = config;
  return {
    global: { external_url: externalUrl, ...(smtp && writtenSmtp(smtp, 'smtp_')) },
    web: writtenWeb(config.web),
    storage: {
      path: storage.path,
      profiles_per_target: storage.profilesPerTarget,
      max_size: writtenSize(storage.maxBytes),
    },
    targets: config.targets.map(writtenTarget),
    discovery: config.discovery?.map(writtenGroup),
    route: writtenRoute(config.route),
    time_intervals: config.timeIntervals?.map(writtenTimeInterval),
    accepted: config.accepted?.map(writtenAcceptance),
    heartbeat: config.heartbeat && writtenHeartbeat(config.heartbeat),
    receivers: config.receivers.map(writtenReceiver),
  };
}

function writtenWeb({ basicAuthUsers, basicAuthUsersFile, tls, ...address }: WebConfig): object {
  const hasUsers = Object.keys(basicAuthUsers).length > 0;
  return {
    listen_address: writtenAddress(address),
    basic_auth_users: hasUsers ? basicAuthUsers : undefined,
    basic_auth_users_file: basicAuthUsersFile,
    tls_config: tls && { cert_file: tls.certFile, key_file: tls.keyFile },
  };
}

function writtenRoute(route: Route): object {
  return {
    receiver: route.receiver,
    matchers: route.matchers.map(writtenMatcher),
    continue: route.continue,
    group_wait: writtenDuration(route.groupWaitMs),
    group_interval: writtenDuration(route.groupIntervalMs),
    repeat_interval: writtenDuration(route.repeatIntervalMs),
    mute_time_intervals: route.muteTimes,
    active_time_intervals: route.activeTimes,
    routes: route.routes.map(writtenRoute),
  };
}

function writtenAcceptance(acceptance: Acceptance): object {
  const { budgetBytes, budgetBytesPerHour, until, comment } = acceptance;
  const sizeOf = (bytes: number | undefined) =>
    bytes === undefined ? undefined : writtenSize(bytes);
  return {
    function: acceptance.function,
    matchers: acceptance.matchers.map(writtenMatcher),
    budget: sizeOf(budgetBytes),
    budget_per_hour: sizeOf(budgetBytesPerHour),
    until: until === undefined ? undefined : new Date(until).toISOString(),
    comment: comment === '' ? undefined : comment,
  };
}

function writtenHeartbeat({ url, intervalMs, timeoutMs, http }: HeartbeatConfig): object {
  return {
    url,
    interval: writtenDuration(intervalMs),
    timeout: writtenDuration(timeoutMs),
    http: writtenHttp(http),
  };
}
