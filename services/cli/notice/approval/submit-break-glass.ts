import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../../shared/kernel/errors.js';
import { isJsonObject } from '../../../shared/kernel/json-object.js';
import { composeNotice, parseDraft } from '../../../shared/notice/draft.js';
import { wordsOf } from '../../../shared/notice/kinds.js';
import type { GatewayClient } from '../../http-client.js';
import { type AwaitingNotice, readAwaiting, signAwaiting } from './awaiting-notice.js';

/** The closed list of reasons of break-glass. */
export const BREAK_GLASS_REASONS = wordsOf('breakGlass');

/** The options of `notice submit` for break-glass. */
export interface BreakGlassOptions {
  readonly breakGlass?: string;
  /** The file with the private key of the person who uses it. */
  readonly approverKey?: string;
}

/** The answer that accepts a draft. */
export interface AcceptedNotice {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  readonly href: string;
}

/** Returns the draft with the reason of break-glass in its header. Throws `usage` for a key without a reason. */
export function withBreakGlass(draft: unknown, { breakGlass, approverKey }: BreakGlassOptions): unknown {
  if (breakGlass === undefined && approverKey !== undefined) {
    const message = 'only with `--break-glass`';
    throw fail('usage', `\`--approver-key\`: ${message}`, [{ path: '--approver-key', message }]);
  }
  if (breakGlass === undefined || !isJsonObject(draft) || !isJsonObject(draft['header'])) return draft;
  return { ...draft, header: { ...draft['header'], breakGlass } };
}

interface ApproveOwnDraftParams {
  readonly gateway: GatewayClient;
  /** The file with the private key of an approver; undefined to leave the notice as it was accepted. */
  readonly key: string | undefined;
}

/**
 * Approves a notice that was just submitted, after its gateway made exactly this draft of it. Throws `digest-mismatch` for another
 * notice, and as `signAwaiting` does.
 */
export async function approveOwnDraft(
  accepted: AcceptedNotice,
  draft: unknown,
  { gateway, key }: ApproveOwnDraftParams,
): Promise<AcceptedNotice> {
  if (key === undefined || accepted.state !== 'awaiting-approval') return accepted;
  const path = `/v1/notices/${accepted.id}/approval`;
  const awaiting = readAwaiting(await gateway.get(path));
  requireDraft(awaiting, draft);
  const approval = await signAwaiting(awaiting, { path: key, option: '--approver-key' });
  return (await gateway.post(path, { approval })) as AcceptedNotice;
}

/** Composes the draft again with the id, number and time of the notice; throws `digest-mismatch` unless that gives the notice. */
function requireDraft({ header, routing, sections }: AwaitingNotice, draft: unknown): void {
  const { id, number, originator, issuedAt } = header;
  const composed = composeNotice(parseDraft(draft), { id, number, originator, now: new Date(issuedAt) });
  if (!isDeepStrictEqual(composed, { header, routing, sections }))
    throw fail('digest-mismatch', 'the gateway signed another notice than the draft');
}
