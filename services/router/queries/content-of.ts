import { errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { Hub, Snapshot } from '../hub.js';
import { answerConsistency, answerInclusion } from './answer-log.js';
import { answerCosign } from './answer-cosign.js';
import { answerDirectory } from './answer-directory.js';
import { answerDelivery } from './answer-delivery.js';
import { answerStanding } from './answer-standing.js';
import { answerOverheld } from './answer-overheld.js';
import { answerPolicies } from './answer-policies.js';
import { answerReleases } from './answer-releases.js';
import { answerPreview } from './answer-preview.js';
import { answerStatus } from './answer-status.js';
import { answerUnsettled } from './answer-unsettled.js';

/** Answers one question of an organisation, or with `{type: 'error', code}`; `not-ready` while this router cannot answer it. */
export async function contentOf(hub: Hub, org: OrgId, query: Claims): Promise<Claims> {
  try {
    const { type } = query;
    if (type === 'consistency') return await answerConsistency(query, hub);
    if (type === 'inclusion') return await answerInclusion(query, hub);
    if (type === 'cosign') return await answerCosign(query, hub);
    if (!hub.isCaughtUp()) throw fail('not-ready', 'the ledger is being read');
    switch (type) {
      case 'preview':
        return answerPreview(query, { org, snapshot: snapshotOf(hub, org), store: hub.store });
      case 'status':
        return answerStatus(query, { org, store: hub.store });
      case 'unsettled':
        return answerUnsettled(query, { org, hub });
      case 'directory':
        return await answerDirectory(query, hub);
      case 'delivery':
        return { ...answerDelivery(query, { org, store: hub.store }) };
      case 'standing':
        return { ...(await answerStanding(query, { org, hub, read: hub.ledger.applied() })) };
      case 'releases':
        return answerReleases(query, { org, store: hub.store });
      case 'policies':
        return answerPolicies(query, { org, hub });
      case 'overheld':
        return await answerOverheld(query, { org, hub });
      default:
        throw fail('usage', 'a query of an unknown type');
    }
  } catch (thrown) {
    const { code, family } = errorFrom(thrown);
    return { type: 'error', code: family === 'operational' && !hub.signal.aborted ? 'not-ready' : code };
  }
}

/** Throws `not-ready` while the gate is closed, and `organisation-suspended`. */
function snapshotOf(hub: Hub, org: OrgId): Snapshot {
  const organisation = hub.directory().organisations.get(org);
  if (organisation === undefined || isSuspended(organisation, hub.clock()))
    throw fail('organisation-suspended', 'a preview for an organisation that is suspended or not a member');
  try {
    return hub.snapshot();
  } catch (cause) {
    throw new LiaisonError('not-ready', 'the gate of this router is closed', { cause });
  }
}
