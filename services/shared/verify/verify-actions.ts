import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { expectedOf, readRecordedAction } from '../ledger/action.js';
import type { ActionClaims } from '../ledger/action-claims.js';
import { type HandedAction, verifyHandedAction } from '../ledger/action-delivery.js';
import type { ListedPart } from '../ledger/listed-part.js';
import { openRecall } from '../ledger/recall.js';
import { verifyChange } from '../ledger/receipt/change.js';
import { noticeIdOf } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import { verifyJws } from '../trust/jws.js';
import type { Action } from '../wire/frames.js';
import type { PackAction, PackRecall } from './pack.js';
import { leafOfPack } from './pack-parts.js';
import type { ReadReport, Verifying } from './verify-records.js';

/**
 * Verifies the actions on the notice and its recalls; the line of an action names the holders that it lists. Returns the
 * verb of each by the digest that answers name.
 */
export async function verifyActions(
  verifying: Verifying,
  records: readonly ReadReport[],
): Promise<ReadonlyMap<string, string>> {
  const verbs = new Map<string, string>();
  for (const record of records)
    for (const [at, action] of (record.report?.beside.actions ?? []).entries()) {
      const where = `${record.where}.whole.actions[${at}]`;
      const one = await verifyWhole(verifying, action, { record, where });
      if (one) verbs.set(digest(action.statement), one.verb);
    }
  for (const [at, action] of verifying.pack.actions.entries()) {
    const one = await verifyHanded(verifying, records, { action, where: `actions[${at}]` });
    if (one) verbs.set(one.digest, one.verb);
  }
  for (const [at, recall] of verifying.pack.recalls.entries()) {
    const one = await verifyRecall(verifying, { recall, where: `recalls[${at}]` });
    if (one) verbs.set(one.digest, 'cancel');
  }
  return verbs;
}

interface WholeAction {
  readonly record: ReadReport;
  readonly where: string;
}

/**
 * Verifies the signature of an action beside a report; its leaves were verified with the report. Undefined for an action on
 * another notice.
 */
async function verifyWhole(
  { pack, directory, now, claims }: Verifying,
  action: Action,
  { record, where }: WholeAction,
): Promise<ActionClaims | undefined> {
  const read = readRecordedAction(action);
  if (read.id !== pack.notice) return undefined;
  const says = actionText(pack.originator, read, read.listed);
  return claims.check({ claim: 'action', where, says }, async () => {
    const { originator } = pack;
    await verifyJws(action.statement, expectedOf({ directory, originator, now, recorded: record.issuedAt }));
    return read;
  });
}

interface HandedParams {
  readonly action: PackAction;
  readonly where: string;
}

async function verifyHanded(
  { pack, directory, now, claims }: Verifying,
  records: readonly ReadReport[],
  { action: { statement, leaf }, where }: HandedParams,
): Promise<HandedAction | undefined> {
  const { originator } = pack;
  const recipient = pack.recipient ?? originator;
  const named = digest(statement);
  const says = (one: HandedAction | undefined): string =>
    one === undefined
      ? `${originator} signed this action`
      : actionText(originator, one, one.own === undefined ? [] : [one.own]);
  return claims.check({ claim: 'action', where, says }, async () => {
    const record = records.find(({ ownOf }) =>
      ownOf(recipient).some((part) => part.type === 'act' && part.digest === named),
    );
    if (record === undefined)
      throw fail('digest-mismatch', 'no record of the pack hands it to the recipient');
    const handed = {
      statement,
      leaf: leaf && leafOfPack(leaf),
      index: leaf?.index ?? 0,
      path: (leaf?.path ?? []).map(decodeBase64url),
    };
    const context = { directory, recipient, originator, now, recorded: record.issuedAt };
    const one = await verifyHandedAction(handed, context);
    if (one.id === pack.notice) return one;
    throw fail('digest-mismatch', 'an action on another notice');
  });
}

function actionText(
  originator: string,
  { verb, number, reason, until, expiresAt, issuedAt }: ActionClaims,
  listed: readonly ListedPart[],
): string {
  const time = until ?? expiresAt;
  const details = [
    ...(reason === undefined ? [] : [reason]),
    ...(time === undefined ? [] : [`until ${new Date(time * 1000).toISOString()}`]),
    ...listed.map(holderText),
  ];
  const more = details.length === 0 ? '' : `: ${details.join(', ')}`;
  return `${originator} signed ${verb} ${number} at ${issuedAt.toISOString()}${more}`;
}

function holderText(part: ListedPart): string {
  if ('section' in part) return `${part.section} to ${part.to}`;
  if ('request' in part) return `a request of ${part.to}`;
  return `${part.sections?.join(' and ') ?? 'the whole notice'} from ${part.to}`;
}

interface RecallParams {
  readonly recall: PackRecall;
  readonly where: string;
}

function verifyRecall(
  { pack, directory, now, claims }: Verifying,
  { recall: { recipient, statement, proposal, record }, where }: RecallParams,
): Promise<{ readonly digest: string } | undefined> {
  const says = `two operators of the hub recalled ${pack.notice}, and the hub told ${recipient}`;
  return claims.check({ claim: 'recall', where, says }, async () => {
    const item = { proposal: decodeBase64url(proposal), record: decodeBase64url(record) };
    const frame = { statement, records: [], seed: new Uint8Array(), items: [{ recall: item }] };
    const opened = await openRecall(frame, { directory, recipient, now });
    if (opened.id === pack.notice && opened.statement.originator === pack.originator) return opened;
    throw fail('digest-mismatch', 'a recall of another notice');
  });
}

/** Verifies what recipients signed later about deliveries of the notice. */
export async function verifyChanges({ pack, directory, now, claims }: Verifying): Promise<void> {
  for (const [at, { recipient, change }] of pack.changes.entries()) {
    const where = `changes[${at}]`;
    const says = `${recipient} signed a change of its receipts`;
    const verified = await claims.check({ claim: 'change', where: `${where}.change`, says }, async () => {
      const one = await verifyChange(change, { directory, recipient, now });
      if (one.originator !== pack.originator)
        throw fail('issuer-mismatch', 'a change about notices of another originator');
      const own = one.changes.filter(({ jti }) => noticeIdOf(jti) === pack.notice);
      if (own.length === 0) throw fail('digest-mismatch', 'a change about other notices');
      return { ...one, own };
    });
    for (const { jti, type, code } of verified?.own ?? []) {
      const ground = code === undefined ? '' : ` (${code})`;
      const said = `${recipient} signed ${type}${ground} for ${jti} at ${verified?.issuedAt.toISOString()}`;
      await claims.check({ claim: 'change', where: `${where}.change`, says: said }, () => undefined);
    }
  }
}
