import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import {
  FEDERATION_CASES,
  type ReleaseFiles,
  RULE_FILES,
  unpackRelease,
} from '../../shared/ledger/release/release-files.js';
import {
  createBundle,
  type PolicyBundle,
  readableBundle,
  readBundleWithFacts,
} from '../../shared/policy/adopted/bundle.js';
import { releasedFacts } from '../../shared/policy/adopted/bundle-facts.js';
import {
  folderOfBundle,
  unreleasedRules,
  withRulesOfAll,
  writeTexts,
} from '../../shared/policy/adopted/bundle-folder.js';
import { SCHEMA_FILE } from '../../shared/policy/schema.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest } from '../../shared/trust/digest.js';

/** The files of the releases in force, by member; those of the federation under `LEDGER_OWNER`. */
export type ReleasedFiles = ReadonlyMap<string, ReleaseFiles>;

/** Returns the files of the releases in force. */
export function releasedFiles({ releases }: Pick<RouterStore, 'releases'>): ReleasedFiles {
  return new Map(
    releases.inForce().map(({ org, files }) => [org, unpackRelease(files, parseOrgId(org)).files]),
  );
}

/** Returns the files of the federation in a folder: schema, rules, invariants and facts. Throws as `readBundle` does. */
export function federationFilesIn(folder: string): PolicyBundle {
  return filesIn(folder, []);
}

/** Returns the files of the federation in a folder and the rules of these members. Throws as `readBundle` does. */
export function filesIn(folder: string, members: Iterable<OrgId>): PolicyBundle {
  return readBundleWithFacts(folder, [...members], digest);
}

/** Returns the files of the federation in a bundle. */
export function federationFilesOf({ files }: PolicyBundle): PolicyBundle {
  return createBundle([...files].filter(isOfFederation), digest);
}

/** Returns the files of a release of the federation that are part of a bundle: all but its cases. */
export function federationFilesBy(files: ReleaseFiles): PolicyBundle {
  return createBundle(
    [...files].filter(([path]) => path !== FEDERATION_CASES),
    digest,
  );
}

/** Returns the rules of members in a bundle, with the files of the federation in another one. */
export function withFederationFiles(rules: PolicyBundle, federation: PolicyBundle): PolicyBundle {
  const own = [...rules.files].filter((file) => !isOfFederation(file));
  return createBundle([...own, ...federationFilesOf(federation).files], digest);
}

const isOfFederation = ([path]: readonly [string, string]): boolean =>
  path === SCHEMA_FILE || path.startsWith('federation/');

/**
 * Returns the bundle of the files of the federation in `base` and the rules of each member whose facts these name: those that it
 * released, else those that `base` has of it, else rules that permit nothing. Throws as `releasedFacts` does.
 */
export function composeBundle(
  base: PolicyBundle,
  released: ReleasedFiles,
  members: Iterable<OrgId>,
): PolicyBundle {
  const named = releasedFacts(base)?.organisations;
  const own = [...members]
    .filter((org) => named === undefined || named.has(org))
    .flatMap((org) =>
      (['export', 'import'] as const).map((layer) => {
        const name = `${layer}.cedar`;
        const path = `${org}/${name}`;
        const text = released.get(org)?.get(name) ?? base.files.get(path);
        return [path, text ?? unreleasedRules(org, layer)] as const;
      }),
    );
  return createBundle([...federationFilesOf(base).files, ...own], digest);
}

/** True where a bundle has the rules of this release of a member; true for a release of the federation. */
export function holdsRules(
  bundle: PolicyBundle,
  { org, files }: { readonly org: OrgId; readonly files: ReleaseFiles },
): boolean {
  const isHeld = (name: string): boolean => bundle.files.get(`${org}/${name}`) === files.get(name);
  return org === LEDGER_OWNER || RULE_FILES.every(isHeld);
}

interface CandidateParams {
  /** The name of the federation. */
  readonly federation: string;
  readonly bundle: PolicyBundle;
  /** The releases whose cases are judged with the bundle. */
  readonly released: ReleasedFiles;
}

/** Writes a bundle with the cases of its releases into a folder, in place of what is there: the policy gate judges folders. */
export function writeCandidate(place: string, { federation, bundle, released }: CandidateParams): void {
  rmSync(place, { recursive: true, force: true });
  const cases = [...released].flatMap(([org, files]) => {
    const isFederation = org === LEDGER_OWNER;
    const path = isFederation ? FEDERATION_CASES : `${org}/cases.yaml`;
    const text = files.get(isFederation ? path : 'cases.yaml');
    const isInBundle = isFederation || bundle.files.has(`${org}/${RULE_FILES[0]}`);
    return text === undefined || !isInBundle ? [] : [[path, text] as const];
  });
  // `policy check` wants rules of every member that the federation names, also of one that has not joined.
  writeTexts(place, withRulesOfAll(new Map([...folderOfBundle(bundle, federation), ...cases])));
}

/**
 * Returns whose rules in the hub's folder are other than those in force, which are those of releases: members, and `federation` for
 * its schema, rules, invariants or facts, and for a folder that cannot be read.
 */
export function editedHere(
  folder: string,
  inForce: PolicyBundle,
  members: readonly OrgId[],
): readonly string[] {
  const here = readableBundle(() => readBundleWithFacts(folder, members, digest));
  if (here === undefined) return ['federation'];
  const others = [...here.files].filter(([path, text]) => text !== inForce.files.get(path));
  const owners = others.map((file) => (isOfFederation(file) ? 'federation' : dirname(file[0])));
  return [...new Set(owners)];
}
