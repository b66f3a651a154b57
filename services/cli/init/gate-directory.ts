import { join } from 'node:path';
import { routerNumbers } from '../home/process-names.js';
import { detailsText, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { readAdopted, type AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { MEMBERS_FILE } from '../../shared/policy/federation-files.js';
import { type DirectoryFacts, isForSameFacts } from '../../shared/policy/facts.js';
import type { Home } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';
import { digest, hexDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import type { GateFinding } from '../../shared/workbench/gate/verdict.js';
import { routersOf } from './routers.js';

interface GateDirectoryParams {
  /** The version in force. */
  readonly before: Directory;
  /** The facts of the next version. */
  readonly facts: FederationFacts;
  readonly now: Date;
  /** The folder of policies whose approvals count; the shipped one by default. */
  readonly policies?: string;
}

/**
 * Throws `loosening-unapproved` with every finding when the next version of the directory would open something that is not
 * approved, under the policies that any router of this home adopted; `policy-refused` when it breaks an invariant, or when
 * a router adopts other policies meanwhile. Passes while no policies are adopted, and where these have facts of their own: then
 * routers do not decide by those of the directory.
 */
export async function gateDirectory(
  home: Home,
  { before, facts, now, policies = join(projectRoot, 'policies') }: GateDirectoryParams,
): Promise<void> {
  const next = factsIn(facts);
  const adopted = isForSameFacts(before, next) ? [] : adoptedIn(home);
  if (adopted.length === 0) return;
  // Loads Cedar and the analysis, which no other directory needs.
  const { judgeDirectory } = await import('../../shared/workbench/gate/judge-directory.js');
  for (const { bundle, directory } of adopted) {
    const verdict = await judgeDirectory(next, {
      adopted: { bundle, loadedFor: directory, directory: before, isProven: true },
      folder: policies,
      today: now.toISOString().slice(0, 10),
      digest,
      hexDigest,
    });
    if (!verdict.adopt) throw refused(verdict.findings);
  }
  // Facts and rules that pass one by one may open something together.
  if (digestsOf(adoptedIn(home)) !== digestsOf(adopted))
    throw fail(
      'policy-refused',
      'the next directory is not signed: a router adopted other policies meanwhile',
    );
}

/** Returns what the routers of this home adopted and apply to the facts of the directory, each bundle once. */
function adoptedIn(home: Home): readonly AdoptedPolicies[] {
  const found = routerNumbers(routersOf(home))
    .flatMap((router) => readAdopted(home.router(router, 'policies.adopted'), digest) ?? [])
    .filter(({ bundle }) => !bundle.files.has(MEMBERS_FILE));
  return [...new Map(found.map((adopted) => [adopted.bundle.digest, adopted])).values()];
}

const digestsOf = (adopted: readonly AdoptedPolicies[]): string =>
  adopted
    .map(({ bundle }) => bundle.digest)
    .toSorted()
    .join();

function factsIn({ organisations }: FederationFacts): DirectoryFacts {
  const entries = Object.entries(organisations).map(([org, facts]) => {
    const id = parseOrgId(org);
    return [id, { ...facts, id }] as const;
  });
  return { organisations: new Map(entries) };
}

function refused(findings: readonly GateFinding[]): LiaisonError {
  const details = findings.map(({ place, message }) => ({ path: place, message }));
  const isOpen = findings.some(({ condition }) => condition === 'loosening');
  const code = isOpen ? 'loosening-unapproved' : 'policy-refused';
  return fail(code, `the next directory is not signed: ${detailsText(details)}`, details);
}
