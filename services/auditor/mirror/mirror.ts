import type { Code } from '../../shared/kernel/errors.js';
import { measureVitals } from '../../shared/runtime/vitals.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import { isStale } from '../../shared/trust/directory.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import type { ServingDeps } from '../auditor.js';
import { createReadHttp, type ServedLog } from '../http/http-server.js';
import { createLogReaders } from '../log/log-readers.js';
import { indexOfRecord } from '../log/life-records.js';
import { type FollowedLog, type FollowPrimaryDeps, followPrimary } from './follow-primary.js';
import type { MirroredLife } from './mirrored-lives.js';
import { serveLives } from './http-lives.js';

/** What a mirror needs from its process. It has no key and no connection to the broker: it signs nothing. */
export interface MirrorDeps extends FollowPrimaryDeps, ServingDeps {
  readonly log: ServingDeps['log'];
}

/** A running mirror of the log. */
export interface Mirror {
  /** Base URL of its HTTP API. */
  readonly url: string;
  /** Codes that say why it is not ready; empty when it is. */
  reasons(): readonly Code[];
  stop(): Promise<void>;
}

/**
 * Starts a mirror: follows the auditor's log, checks and keeps every record, and serves the read routes of an auditor, for each life of
 * the log that it has.
 */
export async function createMirror(deps: MirrorDeps): Promise<Mirror> {
  const followed = await followPrimary(deps);
  const reasons = (): readonly Code[] => {
    const stale: readonly Code[] = isStale(deps.directory(), deps.clock()) ? ['directory-stale'] : [];
    const fault = followed.fault();
    return fault === undefined ? stale : [...stale, fault.code];
  };
  measure(deps, followed, reasons);
  const { lives } = followed;
  const served = { ...deps, reasons, waiting: () => undefined, endedLives: lives.ended };
  const server = serveLives({
    ...deps,
    lives,
    appOf: (life) => {
      const progress = () => (life === lives.present() ? progressOf(followed) : null);
      return createReadHttp({ ...served, archive: life.archive, sealer: servedLog(life), progress }).app;
    },
  });
  const url = await server.listen({ host: deps.host, port: deps.port });
  return {
    url,
    reasons,
    stop: async () => {
      await Promise.all([server.close(), followed.stop()]);
      await followed.close();
    },
  };
}

function servedLog({ life, archive, mirrored, signedRoot, begunBy }: MirroredLife): ServedLog {
  const { cosigned, tree } = mirrored;
  const shown = () => mirrored.head()?.checkpoint;
  return {
    shown,
    // The records of this copy are in the order of their entries.
    indexOf: (number) => indexOfRecord(number, archive, undefined),
    life: () => {
      const order = begunBy();
      return order === undefined ? { life } : { life, begunBy: order };
    },
    tile: createLogReaders(() => tree, shown).tile,
    cosigned,
    signedRoot: () => {
      const [root, quorate] = [signedRoot.read(), cosigned.quorate()];
      const isQuorate = root !== undefined && quorate !== undefined && textOf(root.note) === textOf(quorate);
      return Promise.resolve(isQuorate ? root : undefined);
    },
  };
}

const textOf = (note: string): string => parseNote(note).text;

function progressOf({ followedAt, lag }: FollowedLog) {
  const at = followedAt();
  return at === undefined ? null : { confirmedAt: at.toISOString(), unsealed: 0, behind: lag() ?? null };
}

function measure(
  { meter, directory }: MirrorDeps,
  { lives, lag, followedAt }: FollowedLog,
  reasons: () => readonly Code[],
): void {
  const gauge = (name: string, help: string, read: () => number | undefined): void =>
    meter.gauge({ name: `liaison_auditor_${name}`, help }, read);
  gauge('records', 'Records in the archive, over all epochs of the ledger', () =>
    lives.present().archive.count(),
  );
  gauge(
    'mirror_lag_entries',
    'Entries of the log that the auditor has and its mirror lacked at the last answer',
    lag,
  );
  gauge(
    'mirror_timestamp_seconds',
    'When the mirror last had the newest checkpoint that a quorum cosigned',
    () => {
      const time = followedAt()?.getTime();
      return time === undefined ? undefined : time / 1000;
    },
  );
  measureVitals(meter, { reasons, directory, contract: CONTRACT, keys: {} });
}
