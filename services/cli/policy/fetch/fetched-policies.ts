import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { isJsonObject } from '../../../shared/kernel/json-object.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readFiles } from '../../../shared/ledger/release/release-files.js';

/** The signed release that has a file, as the gateway verified it. */
export interface FetchedRelease {
  readonly version: number;
  /** Digest of its statement. */
  readonly statement: string;
  readonly recordedAt: string;
  readonly keyRevoked: boolean;
}

/** A file in force by its path in a folder of policies; without a release nothing signs it. */
export interface FetchedFile {
  readonly path: string;
  readonly text: string;
  readonly release: FetchedRelease | null;
}

/** The files in force: those of the federation and those of one organisation, which are none before its first release. */
export interface FetchedPolicies {
  readonly federation: readonly FetchedFile[];
  readonly own: readonly FetchedFile[];
}

/** Parses what a gateway answers. Throws `schema-invalid` for another form, and for a file that no release may have. */
export function parseFetched(answer: unknown, org: OrgId): FetchedPolicies {
  const { federation, own } = Object(answer) as { readonly federation?: unknown; readonly own?: unknown };
  return {
    federation: filesIn(federation, LEDGER_OWNER).map(([path, text, release]) => ({ path, text, release })),
    own:
      own === null
        ? []
        : filesIn(own, org).map(([name, text, release]) => ({ path: `${org}/${name}`, text, release })),
  };
}

function filesIn(
  value: unknown,
  owner: OrgId,
): readonly (readonly [name: string, text: string, release: FetchedRelease | null])[] {
  const { release, files } = isJsonObject(value) ? value : {};
  if (!Array.isArray(files) || !isReleaseOrNull(release)) throw malformed();
  const entries = files.map((each): readonly [string, unknown] => {
    const { name, text } = Object(each) as { readonly name?: unknown; readonly text?: unknown };
    return [String(name), text];
  });
  return Array.from(readFiles(entries, owner), ([name, text]) => [name, text, release] as const);
}

function isReleaseOrNull(value: unknown): value is FetchedRelease | null {
  if (value === null) return true;
  const { version, statement, recordedAt, keyRevoked } = isJsonObject(value) ? value : {};
  const areTexts = typeof statement === 'string' && typeof recordedAt === 'string';
  return Number.isSafeInteger(version) && areTexts && typeof keyRevoked === 'boolean';
}

const malformed = () =>
  fail('schema-invalid', 'the gateway answered with something else than the files in force');
