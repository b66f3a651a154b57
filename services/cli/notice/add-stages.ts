import type { GatewayClient } from '../http-client.js';
import type { ShownNotice } from './notice-table.js';
import type { StagedRecipients } from './stages-table.js';

/** Adds the stages of a notice, and to each recipient its own; the gateway of the originator shows them. */
export async function withStages(
  notice: ShownNotice,
  gateway: Pick<GatewayClient, 'get'>,
): Promise<ShownNotice> {
  const answer = (await gateway.get(`/v1/notices/${notice.id}/stages`)) as Required<StagedRecipients>;
  const byOrg = new Map(answer.recipients.map(({ org, stages = [] }) => [org, stages]));
  return {
    ...notice,
    stages: answer.stages,
    recipients: notice.recipients.map((one) => ({ ...one, stages: byOrg.get(one.org) ?? [] })),
  };
}
