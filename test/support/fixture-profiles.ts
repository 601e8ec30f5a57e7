import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const PROFILES = join(import.meta.dirname, '../../../fixtures/profiles');

/** `fixtures/profiles/go1.26/heap-after.pb.gz` of `go1.26/heap-after.pb.gz`. */
export function fixtureProfile(name: string): string {
  return join(PROFILES, name);
}

/** The names of all recorded profiles in the protobuf format, of heaps only or of anything. */
export function fixtureProfiles(which: 'heap' | 'any'): readonly string[] {
  return readdirSync(PROFILES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pb.gz'))
    .map((entry) => relative(PROFILES, join(entry.parentPath, entry.name)))
    .filter((name) => which === 'any' || !name.includes('cpu'))
    .sort();
}
