import { ProfileError } from './profile.ts';

const LOOKED_AT_BYTES = 256;

/** What else is answered at a profile's address, by how it begins. No profile begins so. */
const FOREIGN = [
  {
    beginning: /^</,
    name: 'HTML or XML',
    advice: 'the URL must lead to net/http/pprof, without a login page or proxy in between',
  },
  {
    beginning: /^heap profile: /,
    name: 'the text form of a heap profile (debug=1)',
    advice: 'ask for /debug/pprof/heap without debug',
  },
  {
    beginning: /^goroutine profile: |^--- \w+:$/m,
    name: 'the text form of another profile',
    advice: 'ask for /debug/pprof/heap without debug',
  },
  { beginning: /^[{[]\s*["{}[\]]/, name: 'JSON', advice: 'ask for /debug/pprof/heap' },
  {
    beginning: /^(404 page not found|Unknown profile)/,
    name: 'the text of a not-found error',
    advice: 'the service must import net/http/pprof',
  },
] as const;

/** Throws a `ProfileError` that names what the bytes are, where they are a known other document. */
export function refuseForeign(bytes: Uint8Array): void {
  const start = startOf(bytes);
  const found = FOREIGN.find(({ beginning }) => beginning.test(start));
  if (found !== undefined) throw foreign(found.name, start, found.advice);
}

/** Of bytes that are no profile: whether they are text, such as a configuration; then the error that says so. */
export function foreignText(bytes: Uint8Array): ProfileError | undefined {
  if (bytes.subarray(0, LOOKED_AT_BYTES).some(isControl)) return undefined;
  return foreign(
    'text',
    startOf(bytes),
    'what /debug/pprof/heap answers is wanted, as it was saved',
  );
}

/** But for tabs and ends of lines. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte)) || byte === 0x7f;
}

function startOf(bytes: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, LOOKED_AT_BYTES));
  return text.replace(/^(ï»¿)?\s*/, '');
}

function foreign(name: string, start: string, advice: string): ProfileError {
  const seen = JSON.stringify(start.slice(0, 40));
  return new ProfileError(`profile: this is ${name}, beginning ${seen}; ${advice}`);
}
