import type { Clock } from '../../shared/kernel/clock.js';
import type { LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { type Adoption, type AdoptionDeps, createAdoption } from '../../shared/policy/adopted/adoption.js';
import { type PolicyBundle, readableBundle, readBundle } from '../../shared/policy/adopted/bundle.js';
import type { PolicyJudge } from '../../shared/policy/adopted/policy-judge.js';
import { type PolicyHolder, watchPolicies } from '../../shared/policy/load/watch.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { digest, hexOfDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { ShownAdoption, ShownRefusedPolicies } from '../../shared/wire/shown-adoption.js';
import type { LedgerNames } from '../ledger/named-policies.js';
import { recordedDirectory } from '../ledger/apply-directory.js';
import type { CommandedPolicies } from '../commanded-policies.js';
import { createReleaseAdoption, type ReleaseAdoptionDeps } from './adopt-releases.js';
import { archiveAdopted } from './archive-adopted.js';
import type { RecordAdoption } from './judge-next.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';
import { editedHere } from './release-set.js';

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
  /** What a hub needs whose members release their own rules; undefined where the folder has the rules of all. */
  readonly releases?: ReleasesDeps | undefined;
}

type ReleasesDeps = Pick<ReleaseAdoptionDeps, 'store' | 'name' | 'candidate' | 'isDemo'>;

/**
 * The policies of a router: adopted from the watched folder, archived by the auditor, controlled by commands.
 */
export interface RouterPolicies {
  /** What `createRouter` needs of them. */
  readonly forRouter: {
    readonly takesReleases: boolean;
    readonly adoptedPolicies: () => PolicyBundle | undefined;
    readonly policy: PolicyHolder['current'];
    readonly policyFault: PolicyHolder['fault'];
    /** Returns what was adopted since the last call. */
    readonly adoptions: () => readonly Adoption[];
    readonly commandedPolicies: CommandedPolicies;
  };
  readonly setDirectory: PolicyHolder['setDirectory'];
  /** Sets what records an adoption; call before the ledger is read. */
  recordWith(record: RecordAdoption): void;
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
  let record: RecordAdoption | undefined;
  const holder = watchFolder(deps, {
    record: async (part, position) => record?.(part, position),
    onAdopt: (adoption) => void unreported.push(adoption),
    onKept: (adopted) => void (kept = adopted),
  });
  /** The policies on disk decide only once they are loaded. */
  const activePolicies = (): AdoptedPolicies | undefined =>
    kept?.bundle.digest === holder.current()?.bundle ? kept : undefined;
  const adopted = (): PolicyBundle | undefined => activePolicies()?.bundle;
  const { signal } = stopping;
  const archiving = archiveAdopted({ put: archive.put, adopted, alarms, signal });
  const following = deps.releases && followReleases(deps.releases.store, holder, signal);
  return {
    forRouter: {
      takesReleases: deps.releases !== undefined,
      adoptedPolicies: adopted,
      policy: holder.current,
      policyFault: holder.fault,
      adoptions: () => unreported.splice(0),
      commandedPolicies: commandPolicies(deps, holder),
    },
    setDirectory: holder.setDirectory,
    recordWith: (next) => void (record = next),
    shown: () => ({
      policies: holder.current()?.digests ?? {},
      adoption: shownAdoption(activePolicies(), holder.fault()),
    }),
    stop: async () => {
      holder.close();
      stopping.abort();
      await Promise.all([archiving, following]);
    },
  };
}

function watchFolder(
  { folder, kept, judge, archive, named, directory, clock, alarms, log, releases }: PoliciesDeps,
  { record, ...on }: Pick<AdoptionDeps, 'onAdopt' | 'onKept'> & { readonly record: RecordAdoption },
): PolicyHolder {
  const adopting: AdoptionDeps = {
    ...on,
    path: kept,
    judge,
    digest,
    named,
    fetchBundle: archive.get,
    now: clock,
    onDamaged: (fault) => alarms.raise('adopted-damaged', fault, { place: 'policies.adopted' }),
  };
  const watchEdits = (inForce: PolicyBundle): void => {
    const orgs = editedHere(folder, inForce, [...directory().organisations.keys()]);
    if (orgs.length === 0) alarms.end('policies-edited-here');
    else alarms.raise('policies-edited-here', { code: 'policy-refused' }, { orgs: orgs.join(' ') });
  };
  const load =
    releases === undefined
      ? createAdoption(adopting)
      : createReleaseAdoption({
          ...adopting,
          ...releases,
          record,
          ledgerRead: named,
          trusted: directory,
          onSettled: watchEdits,
        });
  return watchPolicies(folder, {
    directory: directory(),
    load,
    onAdopt: (changed) => log.info({ changed }, 'policies adopted'),
    onAlarm: (fault) => alarms.raise('policies-not-used', fault),
    onError: (fault) => alarms.raise('rule-failed', { code: 'policy-invalid' }, { fault }),
  });
}

const RELEASES_POLL_MS = 100;

/** Looks for changes again when a release, a judgement or a version of the directory was applied from the ledger. */
async function followReleases(
  store: ReleasesDeps['store'],
  { reload }: Pick<PolicyHolder, 'reload'>,
  signal: AbortSignal,
): Promise<void> {
  const stateOf = (): string => `${store.releases.changes()} ${recordedDirectory(store)?.version}`;
  for (let seen = stateOf(); !signal.aborted; await pause(RELEASES_POLL_MS, signal)) {
    if (seen === stateOf()) continue;
    seen = stateOf();
    await reload();
  }
}

/** Returns what commands about the policies may do. */
export function commandPolicies(
  {
    folder,
    archive,
    directory,
    releases,
  }: Pick<PoliciesDeps, 'folder' | 'archive' | 'directory'> & { readonly releases?: unknown },
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
      // Where members release their rules, no file at the hub decides: a baseline is a bundle that was adopted before.
      const members = [...directory().organisations.keys()];
      const isInFolder =
        releases === undefined && readableBundle(() => readBundle(folder, members, digest))?.digest === named;
      return isInFolder || (await archive.get(named)) !== undefined;
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
