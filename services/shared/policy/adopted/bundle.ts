import { type Detail, fail, isCode } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { MAX_MEMBERS, type OrgId } from '../../kernel/ids.js';
import { MEMBERS_FILE } from '../federation-files.js';
import { readTextOrThrow, ruleFiles } from '../load/rule-files.js';
import type { Digest } from '../policies.js';
import { SCHEMA_FILE } from '../schema.js';

/**
 * The files that decide, as texts by path in the folder of policies: the schema, every rule file, the invariants that later
 * changes are judged by, and, where members release their rules, the facts about members. One digest names them all.
 */
export interface PolicyBundle {
  /** Base64url SHA-256 of the JSON list of `[path, length in bytes, digest of the text]`, sorted by path. */
  readonly digest: string;
  /** Sorted by path. Each text is the exact content of its file, which is UTF-8. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The maximum total size of the texts of a bundle, in bytes: twice what `MAX_MEMBERS` members with rules like
 * the sample have.
 */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;
/**
 * The maximum number of files of a bundle: two for each of `MAX_MEMBERS` members, and those of the
 * federation.
 */
export const MAX_BUNDLE_FILES = 2 * MAX_MEMBERS + 4;

/** The file of invariants; part of a bundle, so that removing an invariant is a change of the bundle too. */
export const INVARIANTS_FILE = 'federation/invariants.yaml';

/** Returns the bundle of these texts. Throws `policy-invalid` when they are too many, too large or have an unsafe path. */
export function createBundle(texts: Iterable<readonly [string, string]>, digest: Digest): PolicyBundle {
  const files = new Map([...texts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const faults = faultsOf(files);
  const [first] = faults;
  if (first !== undefined) throw fail('policy-invalid', `${first.path}: ${first.message}`, faults);
  const list = [...files].map(([path, text]) => [path, Buffer.byteLength(text), digest(text)]);
  return { digest: digest(JSON.stringify(list)), files };
}

/**
 * Reads the bundle of a folder of policies for these members; a missing file is left out, because loading reports it.
 * Throws `policy-missing` for a file that cannot be read and `policy-invalid` for one that no bundle may hold.
 */
export function readBundle(folder: string, members: readonly OrgId[], digest: Digest): PolicyBundle {
  return createBundle(textsIn(folder, members), digest);
}

/** As `readBundle`, with the facts about members. */
export function readBundleWithFacts(folder: string, members: readonly OrgId[], digest: Digest): PolicyBundle {
  return createBundle(textsIn(folder, members, [MEMBERS_FILE]), digest);
}

function textsIn(
  folder: string,
  members: readonly OrgId[],
  more: readonly string[] = [],
): readonly (readonly [string, string])[] {
  const paths = [SCHEMA_FILE, INVARIANTS_FILE, ...more, ...ruleFiles(members).map(({ path }) => path)];
  return paths.flatMap((path): readonly (readonly [string, string])[] => {
    const text = readTextOrThrow(folder, path);
    return text === undefined ? [] : [[path, text]];
  });
}

/** Returns the bundle that `read` reads; undefined where it throws an error of `readBundle`. */
export function readableBundle(read: () => PolicyBundle): PolicyBundle | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isCode(thrown, 'policy-invalid', 'policy-missing')) return undefined;
    throw thrown;
  }
}

/** A bundle as plain data: what `bundleDocument` returns and `parseBundle` reads. */
export interface BundleDocument {
  readonly digest: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Returns a bundle as a JSON document, for a file or for HTTP. */
export function bundleDocument({ digest, files }: PolicyBundle): BundleDocument {
  return { digest, files: Object.fromEntries(files) };
}

/**
 * Reads the document of a bundle. Throws `schema-invalid` for another shape, `digest-mismatch` when its texts do not have
 * its digest, and as `createBundle` does.
 */
export function parseBundle(value: unknown, digest: Digest): PolicyBundle {
  const { digest: named, files } = isJsonObject(value) ? value : {};
  const texts = isJsonObject(files) ? Object.entries(files) : undefined;
  const isSound = texts?.every((entry): entry is [string, string] => typeof entry[1] === 'string') === true;
  if (typeof named !== 'string' || !isSound) throw fail('schema-invalid', 'not a bundle of policies');
  const bundle = createBundle(texts as readonly [string, string][], digest);
  if (bundle.digest !== named) throw fail('digest-mismatch', 'a bundle of policies does not have its digest');
  return bundle;
}

const SEGMENT = '[a-z0-9][a-z0-9._-]{0,127}';
const PATH = new RegExp(`^${SEGMENT}(?:/${SEGMENT})?$`);
const NUL = '\u0000';

function faultsOf(files: ReadonlyMap<string, string>): readonly Detail[] {
  const whole = (message: string): Detail => ({ path: SCHEMA_FILE, message });
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return [
    ...(files.size > MAX_BUNDLE_FILES
      ? [whole(`the policies have more than ${MAX_BUNDLE_FILES} files`)]
      : []),
    ...(bytes > MAX_BUNDLE_BYTES ? [whole('the policies are larger than 8 MiB')] : []),
    ...[...files.keys()]
      .filter((path) => !PATH.test(path))
      .map((path) => ({ path, message: 'no such path' })),
    ...[...files]
      .filter(([, text]) => text.includes(NUL))
      .map(([path]) => ({ path, message: 'holds the character NUL' })),
  ];
}
