const MAX_LINE = 4_096;
/** A commit of Git or Mercurial, whole or short. */
const COMMIT = /^[0-9a-f]{7,64}$/;
/** `v0.0.0-20260301120000-0123456789ab`, and with `+dirty` or `+incompatible` behind (go.dev/ref/mod). */
const PSEUDO_VERSION = /[-.]\d{14}-([0-9a-f]{12})(?:\+[\w.]+)?$/;
/** `v1.4.0`: the tag it was built at. */
const VERSION = /^v\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/**
 * The revision that a program says it was built at, in a page of the Prometheus text format: the label
 * `revision` of a metric `…_build_info` (prometheus/common, version), else the version of
 * `go_build_info` (client_golang, NewBuildInfoCollector), a tag or the commit in it.
 */
export function findRevision(text: string): string | undefined {
  let version: string | undefined;
  for (const line of buildInfoLines(text)) {
    const revision = label(line, 'revision');
    if (revision !== undefined && COMMIT.test(revision)) return revision;
    if (line.startsWith('go_build_info{')) version ??= label(line, 'version');
  }
  if (version === undefined) return undefined;
  return PSEUDO_VERSION.exec(version)?.[1] ?? (VERSION.test(version) ? version : undefined);
}

/** Few lines of a page are looked at closely, each once: this runs on pages of megabytes, of one line if need be. */
function* buildInfoLines(text: string): Generator<string> {
  const mark = 'build_info{';
  let end = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, end)) {
    const start = text.lastIndexOf('\n', at) + 1;
    const next = text.indexOf('\n', at);
    end = next < 0 ? text.length : next;
    const line = text.slice(start, Math.min(end, start + MAX_LINE));
    if (/^[a-zA-Z_:][\w:]*build_info\{/.test(line)) yield line;
  }
}

function label(line: string, name: string): string | undefined {
  return new RegExp(`[{,]\\s*${name}="([^"\\\\]{1,128})"`).exec(line)?.[1];
}
