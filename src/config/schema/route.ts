import { z } from 'zod';
import type { Matcher, Route } from '../config.ts';
import { parseMatcher } from '../matcher.ts';
import { block, list } from './block.ts';
import { accept, refuse, scalar } from './scalar.ts';
import { duration, flag, line } from './values.ts';

const TEN_YEARS_MS = 3650 * 86_400_000;

/** A route after it has taken from the one above what it does not say itself. */
export function routeSchema(): z.ZodType<Route> {
  return block({
    receiver: receiverName(),
    matchers: list(matcher(), 'matchers').default([]),
    continue: flag().default(false),
    group_wait: duration({ min: 0 }).default(30_000),
    group_interval: duration().default(300_000),
    repeat_interval: duration({ max: TEN_YEARS_MS }).default(14_400_000),
    mute_time_intervals: list(intervalName(), 'names').optional(),
    active_time_intervals: list(intervalName(), 'names').optional(),
    routes: list(z.lazy(routeSchema), 'routes').default([]),
  }).transform((route) => ({
    receiver: route.receiver,
    matchers: route.matchers,
    continue: route.continue,
    groupWaitMs: route.group_wait,
    groupIntervalMs: route.group_interval,
    repeatIntervalMs: route.repeat_interval,
    muteTimes: route.mute_time_intervals,
    activeTimes: route.active_time_intervals,
    routes: route.routes,
  }));
}

function receiverName() {
  return line({ what: 'the name of a receiver', write: 'the name of one of the receivers' });
}

function intervalName() {
  return line({ what: 'the name of a time interval', write: 'the name of one of time_intervals' });
}

export function matcher(): z.ZodType<Matcher> {
  const words = { what: 'a matcher', write: 'text such as team = payments' };
  return scalar(words, (text) => {
    const answer = parseMatcher(text);
    return 'wrong' in answer ? refuse(answer.wrong, answer.write) : accept(answer);
  });
}
