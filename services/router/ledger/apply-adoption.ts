import { seconds } from '../../shared/kernel/clock.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { AdoptionRecord } from '../../shared/ledger/release/adoption-record.js';
import { readContribution } from '../../shared/ledger/release/contribution.js';
import { packRelease, unpackRelease } from '../../shared/ledger/release/release-files.js';
import type { SubmittedRelease } from '../../shared/store/router/router-releases.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { addRecord, type RecordPosition } from './projection.js';

/** Applies the record of a judgement to the projection, once. Call within a transaction. */
export function applyAdoption(
  store: RouterStore,
  record: Pick<AdoptionRecord, 'digest' | 'org' | 'frame' | 'issuedAt' | 'part'>,
  recordPosition: RecordPosition,
): void {
  const { issuedAt, part } = record;
  if (!addRecord(store, { ...record, type: 'adoption', exp: seconds(issuedAt) }, recordPosition)) return;
  const { release, bundle, by } = part;
  const findings = JSON.stringify(part.findings);
  // A record states its time in whole seconds: a router that wrote it and one that read it note the same.
  const judgement = { bundle, findings, at: seconds(issuedAt) * 1000, by };
  const contributions = contributionsIn(store, part);
  store.releases.judge({ release, ...judgement });
  for (const contribution of contributions) {
    store.releases.submit(contribution);
    store.releases.judge({ release: contribution, ...judgement });
  }
}

/** Returns what members contributed to an adopted joint release, as releases of theirs that are recorded with it. */
function contributionsIn(
  { releases }: Pick<RouterStore, 'releases'>,
  { release, bundle }: AdoptionRecord['part'],
): readonly SubmittedRelease[] {
  if (bundle === null || release?.org !== LEDGER_OWNER) return [];
  const joint = releases.waiting().find(({ statement }) => statement === release.statement);
  if (joint === undefined) return [];
  const { contributions = [] } = unpackRelease(joint.files, LEDGER_OWNER);
  return contributions.map((contribution) => {
    const { org, statement, digest, version, files } = readContribution(contribution);
    const packed = packRelease({ files, approvals: [] }, org);
    return { org, statement, digest, version, token: contribution.statement, files: packed, at: joint.at };
  });
}
