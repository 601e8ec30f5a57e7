import { nearest } from './nearest.ts';
import { explain } from './problem.ts';
import type { Problem } from './problem.ts';
import { quote } from './schema/scalar.ts';
import { child, items, textOf } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

/** What is wrong between parts of the file. It looks at the text alone, so that other mistakes hide none. */
export function crossCheck(file: Tree): readonly Problem[] {
  const receivers = items(child(file, 'receivers'));
  const route = child(file, 'route');
  return [
    ...(items(child(file, 'discovery')).length > 0
      ? []
      : noItems(child(file, 'targets'), 'target')),
    ...noItems(child(file, 'receivers'), 'receiver'),
    ...duplicateNames(items(child(file, 'targets'))),
    ...duplicateNames(items(child(file, 'discovery'))),
    ...duplicateNames(receivers),
    ...rootConditions(route),
    ...unknownIntervals(route, items(child(file, 'time_intervals'))),
    ...duplicateNames(items(child(file, 'time_intervals'))),
    ...unknownReceivers(
      route,
      new Set(receivers.flatMap((receiver) => textOf(child(receiver, 'name')) ?? [])),
    ),
  ];
}

function noItems(list: Tree | undefined, what: string): readonly Problem[] {
  if (list?.kind !== 'list' || list.items.length > 0) return [];
  return [
    { at: list.at, where: list.where, message: `empty, seen no ${what}; write at least one` },
  ];
}

function duplicateNames(named: readonly Tree[]): readonly Problem[] {
  const lines = new Map<string, number>();
  return named.flatMap((each) => {
    const name = child(each, 'name');
    const text = textOf(name);
    if (name === undefined || text === undefined) return [];
    const first = lines.get(text);
    if (first === undefined) {
      lines.set(text, name.at.line);
      return [];
    }
    const message = explain(
      'a name given twice',
      `${quote(text)} first on line ${first}`,
      'another name',
    );
    return [{ at: name.at, where: name.where, message }];
  });
}

function rootConditions(route: Tree | undefined): readonly Problem[] {
  const wrong = (key: string, isWrong: (tree: Tree) => boolean): readonly Problem[] => {
    const tree = child(route, key);
    if (tree === undefined || !isWrong(tree)) return [];
    const message = `not for the first route, which takes every alert, seen ${key}; move it to a route under routes`;
    return [{ at: tree.keyAt, where: tree.where, message }];
  };
  return [
    ...wrong('matchers', (matchers) => items(matchers).length > 0),
    ...wrong('continue', (flag) => textOf(flag) === 'true'),
    ...wrong('mute_time_intervals', (names) => items(names).length > 0),
    ...wrong('active_time_intervals', (names) => items(names).length > 0),
  ];
}

function unknownReceivers(route: Tree | undefined, names: ReadonlySet<string>): readonly Problem[] {
  if (route === undefined || names.size === 0) return [];
  const receiver = child(route, 'receiver');
  const text = textOf(receiver);
  const below = items(child(route, 'routes')).flatMap((each) => unknownReceivers(each, names));
  if (receiver === undefined || text === undefined || names.has(text)) return below;
  const message = unknownReceiver(text, [...names]);
  return [{ at: receiver.at, where: receiver.where, message }, ...below];
}

function unknownIntervals(route: Tree | undefined, intervals: readonly Tree[]): readonly Problem[] {
  const names = intervals.flatMap((interval) => textOf(child(interval, 'name')) ?? []);
  const used = ['mute_time_intervals', 'active_time_intervals'].flatMap((key) =>
    items(child(route, key)),
  );
  const below = items(child(route, 'routes')).flatMap((each) => unknownIntervals(each, intervals));
  const wrong = used.flatMap((name): readonly Problem[] => {
    const text = textOf(name);
    if (text === undefined || names.includes(text)) return [];
    const write =
      names.length === 0 ? 'it under time_intervals' : `one of ${names.slice(0, 20).join(', ')}`;
    return [
      {
        at: name.at,
        where: name.where,
        message: explain('no such time interval', quote(text), write),
      },
    ];
  });
  return [...wrong, ...below];
}

function unknownReceiver(text: string, names: readonly string[]): string {
  const meant = nearest(text, names);
  const first = names.slice(0, 20).join(', ');
  const write = `one of ${first}`;
  if (meant === undefined) return explain('no such receiver', quote(text), write);
  return `no such receiver, seen ${quote(text)}, did you mean ${meant}? write ${write}`;
}
