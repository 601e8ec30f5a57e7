/** How names that are not whole are completed (resolv.conf(5)). */
export interface SearchPath {
  readonly domains: readonly string[];
  /** With so many dots a name is first asked for as it is. */
  readonly ndots: number;
}

export const NO_SEARCH: SearchPath = { domains: [], ndots: 1 };

const MAX_DOMAINS = 32;
const MAX_NDOTS = 15;
const MAX_NAME = 253;

/** What a resolv.conf says of it; of several lines the last counts. */
export function searchPathOf(text: string): SearchPath {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const domains = lines.findLast(([key]) => key === 'search' || key === 'domain')?.slice(1) ?? [];
  const options = lines.filter(([key]) => key === 'options').flat();
  const ndots = options.flatMap((option) => /^ndots:(\d{1,3})$/.exec(option)?.[1] ?? []).at(-1);
  return {
    domains: domains
      .slice(0, MAX_DOMAINS)
      .map((domain) => domain.replace(/\.$/, ''))
      .filter((domain) => domain !== ''),
    ndots: Math.min(MAX_NDOTS, Number(ndots ?? NO_SEARCH.ndots)),
  };
}

/** The whole names that one may mean, in the order in which they are asked for. One with a dot at its end is whole. */
export function namesToTry(name: string, { domains, ndots }: SearchPath): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const completed = domains
    .map((domain) => `${name}.${domain}`)
    .filter((each) => each.length <= MAX_NAME);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...completed] : [...completed, name];
}
