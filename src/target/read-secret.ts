import { readFile } from 'node:fs/promises';
import type { Secret } from '../config/secret.ts';
import { TargetError } from './target-error.ts';
import { messageOf } from '../runtime/message-of.ts';

/** Reads a secret; `where` is its place in the configuration. Throws a `TargetError` of kind `config`. */
export async function readSecret(secret: Secret, where: string): Promise<string> {
  try {
    return await secret.read();
  } catch (cause) {
    const message = `${where}: cannot be read, ${messageOf(cause)}; write the path of a file that heapwarden may read`;
    throw new TargetError('config', message, { cause });
  }
}

/** The same of a certificate or a key. */
export async function readPem(file: string, where: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `${where}: cannot be read, ${messageOf(cause)}; write the path of a PEM file that heapwarden may read`;
    throw new TargetError('config', message, { cause });
  }
}
