import type { Clock } from '../../shared/kernel/clock.js';
import type { LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { type AdoptionDeps, createAdoption } from '../../shared/policy/adopted/adoption.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { PolicyJudge } from '../../shared/policy/adopted/policy-judge.js';
import { type PolicyHolder, watchPolicies } from '../../shared/policy/load/watch.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { digest, hexOfDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { ShownAdoption, ShownRefusedPolicies } from '../../shared/wire/shown-adoption.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { LedgerNames } from '../ledger/named-policies.js';
import { recordedDirectory } from '../ledger/apply-directory.js';
import type { CommandedPolicies } from '../commanded-policies.js';
import { createReleaseAdoption, type ReleaseAdoptionDeps } from './adopt-releases.js';
import { archiveAdopted } from './archive-adopted.js';
import { commandPolicies, createMissingTime } from './command-policies.js';
import type { RecordAdoption } from './judge-next.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';
import { editedHere } from './release-set.js';
import { rememberAdoption, type RouterAdoption } from '../remembered-adoption.js';

interface PoliciesDeps {
  /** The folder of policies, and the path of the file that holds the adopted ones. */
  readonly folder: string;
  readonly kept: string;
  readonly judge: PolicyJudge;
  readonly archive: PolicyArchiveClient;
  readonly named: LedgerNames['named'];
  /** Remembers that policies were adopted here, beside the file that holds them. */
  readonly store: Pick<RouterStore, 'fact' | 'setFact' | 'commit'>;
  readonly directory: () => Directory;
  readonly alarms: Alarms;
  readonly log: Logger;
  readonly clock: Clock;
  /** What a hub needs whose members release their own rules; undefined where the folder has the rules of all. */
  readonly releases?: ReleasesDeps | undefined;
  /** As in `CommandedPolicies`; thirty seconds unless given. */
  readonly archivedAgainMs?: number;
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
    readonly adoptions: () => readonly RouterAdoption[];
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
  const stopping = new AbortController();
  const unreported: RouterAdoption[] = [];
  let kept: AdoptedPolicies | undefined;
  let record: RecordAdoption | undefined;
  const [missing, remembered] = [createMissingTime(), rememberAdoption(deps.store)];
  const holder = watchFolder(deps, {
    onFault: missing.note,
    record: async (part, position) => record?.(part, position),
    onAdopt: (adoption) => void unreported.push(remembered.compare(adoption)),
    onKept: (next) => remembered.note((kept = next).bundle.digest),
  });
  /** The policies on disk decide only once they are loaded. */
  const active = () => (kept?.bundle.digest === holder.current()?.bundle ? kept : undefined);
  const adopted = (): PolicyBundle | undefined => active()?.bundle;
  const working = work(deps, { holder, adopted, signal: stopping.signal });
  return {
    forRouter: {
      takesReleases: deps.releases !== undefined,
      adoptedPolicies: adopted,
      policy: holder.current,
      policyFault: holder.fault,
      adoptions: () => unreported.splice(0),
      commandedPolicies: commandPolicies(deps, { ...holder, missingSince: missing.since }),
    },
    setDirectory: holder.setDirectory,
    recordWith: (next) => void (record = next),
    shown: () => ({
      policies: holder.current()?.digests ?? {},
      adoption: shownAdoption(active(), holder.fault()),
    }),
    stop: async () => {
      holder.close();
      stopping.abort();
      await working;
    },
  };
}

interface WorkParams {
  readonly holder: PolicyHolder;
  readonly adopted: () => PolicyBundle | undefined;
  readonly signal: AbortSignal;
}

/** Archives what is adopted and follows releases, until the signal aborts. */
function work({ archive, alarms, releases }: PoliciesDeps, { holder, adopted, signal }: WorkParams) {
  return Promise.all([
    archiveAdopted({ archive, adopted, alarms, signal }),
    releases && followReleases(releases.store, holder, signal),
  ]);
}

interface WatchFolderCallbacks extends Pick<AdoptionDeps, 'onAdopt' | 'onKept'> {
  readonly record: RecordAdoption;
  /** Called with why the policies cannot be used, and with undefined once they are. */
  readonly onFault: (fault: LiaisonError | undefined) => void;
}

function watchFolder(
  { folder, kept, judge, archive, named, directory, clock, alarms, log, releases }: PoliciesDeps,
  { record, onFault, ...on }: WatchFolderCallbacks,
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
  const load =
    releases === undefined
      ? createAdoption(adopting)
      : createReleaseAdoption({
          ...adopting,
          ...releases,
          record,
          ledgerRead: named,
          trusted: directory,
          onSettled: (inForce) => watchEdits({ folder, directory, alarms }, inForce),
        });
  return watchPolicies(folder, {
    directory: directory(),
    load,
    onAdopt: (changed) => {
      onFault(undefined);
      log.info({ changed }, 'policies adopted');
    },
    onAlarm: (fault) => {
      onFault(fault);
      alarms.raise('policies-not-used', fault);
    },
    onError: (fault) => alarms.raise('rule-failed', { code: 'policy-invalid' }, { fault }),
  });
}

/** Raises an alarm while files of the folder differ from the rules that members released. */
function watchEdits(
  { folder, directory, alarms }: Pick<PoliciesDeps, 'folder' | 'directory' | 'alarms'>,
  inForce: PolicyBundle,
): void {
  const orgs = editedHere(folder, inForce, [...directory().organisations.keys()]);
  if (orgs.length === 0) alarms.end('policies-edited-here');
  else alarms.raise('policies-edited-here', { code: 'policy-refused' }, { orgs: orgs.join(' ') });
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
