import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isCode } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { type ReleaseFiles, RULE_FILES, unpackRelease } from '../../shared/ledger/release/release-files.js';
import { createBundle, type PolicyBundle, readBundle } from '../../shared/policy/adopted/bundle.js';
import { readFacts } from '../../shared/policy/facts.js';
import { SCHEMA_FILE } from '../../shared/policy/schema.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest } from '../../shared/trust/digest.js';

/** The folder of the files of the federation. */
export const FEDERATION = 'federation/';

/** The files of the members' releases, by member. */
export type ReleasedFiles = ReadonlyMap<string, ReleaseFiles>;

/** Returns the files of the releases in force. */
export function releasedFiles({ releases }: Pick<RouterStore, 'releases'>): ReleasedFiles {
  return new Map(releases.inForce().map(({ org, files }) => [org, unpackRelease(files).files]));
}

/** Returns the files of the federation in a folder: schema, rules and invariants. Throws as `readBundle` does. */
export function federationFilesIn(folder: string): PolicyBundle {
  return readBundle(folder, [], digest);
}

/** Returns the files of the federation in a bundle. */
export function federationFilesOf({ files }: PolicyBundle): PolicyBundle {
  const own = [...files].filter(([path]) => path === SCHEMA_FILE || path.startsWith(FEDERATION));
  return createBundle(own, digest);
}

/** Returns the bundle of the files of the federation and the rules of each member; a member without a release permits nothing. */
export function composeBundle(
  federation: PolicyBundle,
  released: ReleasedFiles,
  members: Iterable<OrgId>,
): PolicyBundle {
  const own = [...members].flatMap((org) =>
    RULE_FILES.map((name) => [`${org}/${name}`, released.get(org)?.get(name) ?? nothing(org, name)] as const),
  );
  return createBundle([...federation.files, ...own], digest);
}

/** Returns the rules of a member without a release. */
function nothing(org: OrgId, name: string): string {
  const [layer] = name.split('.', 1);
  return `@id("${org}-${layer}-unreleased")\n@reason("no release of ${org} is in force")\nforbid (principal, action, resource);\n`;
}

interface CandidateParams {
  /** The hub's folder, whose federation files that are not in a bundle are judged too: its cases and facts. */
  readonly folder: string;
  readonly bundle: PolicyBundle;
  readonly released: ReleasedFiles;
}

/** Writes a bundle with the cases of its members into a folder, in place of what is there: the policy gate judges folders. */
export function writeCandidate(place: string, { folder, bundle, released }: CandidateParams): void {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true, mode: 0o700 });
  cpSync(join(folder, FEDERATION), join(place, FEDERATION), { recursive: true });
  const cases = [...released].flatMap(([org, files]) => {
    const text = files.get('cases.yaml');
    const isMember = bundle.files.has(`${org}/${RULE_FILES[0]}`);
    return text === undefined || !isMember ? [] : [[`${org}/cases.yaml`, text] as const];
  });
  // `policy check` wants rules of every member that the federation names, also of one that has not joined.
  const named = composeBundle(federationFilesOf(bundle), new Map(), membersNamedIn(folder));
  for (const [path, text] of new Map([...named.files, ...bundle.files, ...cases])) {
    mkdirSync(dirname(join(place, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(place, path), text);
  }
}

/** Returns the members that the files of the federation name; none where they cannot be read, which `policy check` reports. */
function membersNamedIn(folder: string): readonly OrgId[] {
  try {
    return [...readFacts(folder).organisations.keys()];
  } catch (thrown) {
    if (isCode(thrown, 'config-invalid', 'id-invalid')) return [];
    throw thrown;
  }
}

/** Returns the members whose rules in the hub's folder are other than those in force, which are those of their releases. */
export function editedHere(
  folder: string,
  inForce: PolicyBundle,
  members: readonly OrgId[],
): readonly OrgId[] {
  const here = readBundle(folder, members, digest);
  const isOther = (path: string): boolean =>
    here.files.has(path) && here.files.get(path) !== inForce.files.get(path);
  return members.filter((org) => RULE_FILES.some((name) => isOther(`${org}/${name}`)));
}
