import type { Clock } from '../../shared/kernel/clock.js';
import type { LiaisonError } from '../../shared/kernel/errors.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { type Adoption, type AdoptionDeps, createAdoption } from '../../shared/policy/adopted/adoption.js';
import { bundleIn, type PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { PolicyJudge } from '../../shared/policy/adopted/policy-judge.js';
import { type PolicyHolder, watchPolicies } from '../../shared/policy/load/watch.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { digest, hexOfDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { ShownAdoption, ShownRefusedPolicies } from '../../shared/wire/shown-adoption.js';
import type { LedgerNames } from '../ledger/named-policies.js';
import type { CommandedPolicies } from '../commanded-policies.js';
import { archiveAdopted } from './archive-adopted.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';

interface PoliciesDeps {
  /** The folder of policies, and the path of the file that holds the adopted ones. */
  readonly folder: string;
  readonly kept: string;
  readonly judge: PolicyJudge;
  readonly archive: PolicyArchiveClient;
  readonly named: LedgerNames['named'];
  readonly directory: () => Directory;
  readonly alarms: Alarms;
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * The policies of a router: adopted from the watched folder, archived by the auditor, controlled by commands.
 */
export interface RouterPolicies {
  /** What `createRouter` needs of them. */
  readonly forRouter: {
    readonly policy: PolicyHolder['current'];
    readonly policyFault: PolicyHolder['fault'];
    /** Returns what was adopted since the last call. */
    readonly adoptions: () => readonly Adoption[];
    readonly commandedPolicies: CommandedPolicies;
  };
  readonly setDirectory: PolicyHolder['setDirectory'];
  /** Returns what `/readyz` shows. */
  shown(): { readonly policies: Readonly<Record<string, string>>; readonly adoption: ShownAdoption };
  stop(): Promise<void>;
}

/**
 * Adopts what the folder holds, now and after each change, and puts each adopted bundle into the auditor's
 * archive.
 */
export function openPolicies(deps: PoliciesDeps): RouterPolicies {
  const { archive, alarms } = deps;
  const stopping = new AbortController();
  const unreported: Adoption[] = [];
  let kept: AdoptedPolicies | undefined;
  const holder = watchFolder(deps, {
    onAdopt: (adoption) => void unreported.push(adoption),
    onKept: (adopted) => void (kept = adopted),
  });
  /** The policies on disk decide only once they are loaded. */
  const activePolicies = (): AdoptedPolicies | undefined =>
    kept?.bundle.digest === holder.current()?.bundle ? kept : undefined;
  const adopted = (): PolicyBundle | undefined => activePolicies()?.bundle;
  const archiving = archiveAdopted({ put: archive.put, adopted, alarms, signal: stopping.signal });
  return {
    forRouter: {
      policy: holder.current,
      policyFault: holder.fault,
      adoptions: () => unreported.splice(0),
      commandedPolicies: commandPolicies(deps, holder),
    },
    setDirectory: holder.setDirectory,
    shown: () => ({
      policies: holder.current()?.digests ?? {},
      adoption: shownAdoption(activePolicies(), holder.fault()),
    }),
    stop: async () => {
      holder.close();
      stopping.abort();
      await archiving;
    },
  };
}

function watchFolder(
  { folder, kept, judge, archive, named, directory, clock, alarms, log }: PoliciesDeps,
  on: Pick<AdoptionDeps, 'onAdopt' | 'onKept'>,
): PolicyHolder {
  const load = createAdoption({
    ...on,
    path: kept,
    judge,
    digest,
    named,
    fetchBundle: archive.get,
    now: clock,
    onDamaged: (fault) => alarms.raise('adopted-damaged', fault, { place: 'policies.adopted' }),
  });
  return watchPolicies(folder, {
    directory: directory(),
    load,
    onAdopt: (changed) => log.info({ changed }, 'policies adopted'),
    onAlarm: (fault) => alarms.raise('policies-not-used', fault),
    onError: (fault) => alarms.raise('rule-failed', { code: 'policy-invalid' }, { fault }),
  });
}

/** Returns what commands about the policies may do. */
export function commandPolicies(
  { folder, archive, directory }: Pick<PoliciesDeps, 'folder' | 'archive' | 'directory'>,
  { current, fault, reload }: Pick<PolicyHolder, 'current' | 'fault' | 'reload'>,
): CommandedPolicies {
  return {
    look: async () => {
      // After a start the first load takes the policies that were adopted before; the second one judges the
      // folder.
      await reload();
      await reload();
    },
    adopted: () => current()?.bundle,
    refusal: () => fault()?.code,
    isMissing: () => fault()?.code === 'policies-missing',
    has: async (named) => {
      const members = [...directory().organisations.keys()];
      if (bundleIn(folder, members, digest)?.digest === named) return true;
      return (await archive.get(named)) !== undefined;
    },
  };
}

function shownAdoption(adopted: AdoptedPolicies | undefined, fault: LiaisonError | undefined): ShownAdoption {
  return {
    adopted: adopted === undefined ? null : hexOfDigest(adopted.bundle.digest),
    since: adopted === undefined ? null : new Date(adopted.at).toISOString(),
    refused: fault === undefined ? null : shownRefusal(fault),
  };
}

/** Maximum findings in an answer of `/readyz`: readers take no more. */
const MAX_FINDINGS = 20;

function shownRefusal({ code, message, details }: LiaisonError): ShownRefusedPolicies {
  const findings = details
    .slice(0, MAX_FINDINGS)
    .map(({ path, message: text }) => ({ place: path, message: text }));
  return { code, findings: findings.length === 0 ? [{ place: 'policies', message }] : findings };
}
