import { RE2JS } from 're2js';

/**
 * As Prometheus reads it, of the whole value and with `.` for line breaks too; `undefined` where it does not compile.
 * RE2 takes a time linear in what it is laid on, and that is untrusted.
 */
export function relabelRegex(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text, RE2JS.DOTALL);
  } catch {
    return undefined;
  }
}
