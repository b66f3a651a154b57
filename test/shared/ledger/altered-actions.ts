import {
  type FrameId,
  type OrgId,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { type ActionContent, hashOf, signAction } from '../../../services/shared/ledger/action.js';
import type { ActionPart } from '../../../services/shared/ledger/record-own-parts.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { makeDisclosure } from '../../../services/shared/trust/disclosure.js';
import { type Action, type ActionLeaf, frames } from '../../../services/shared/wire/frames.js';
import { createKeyRing } from './signers.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const europol = parseOrgId('europol');
const interpol = parseOrgId('interpol');
const ameripol = parseOrgId('ameripol');
const NOTICE = parseNoticeId('01900000-0000-7000-8000-000000000001');

/** A report of europol that accepts one action of scope `listed`, and the same report with that action altered. */
export interface AlteredActions {
  readonly directory: Directory;
  readonly frame: FrameId;
  readonly now: Date;
  readonly sound: Uint8Array;
  /** How the action, or what the hub says of it, was altered. */
  readonly altered: Readonly<Record<string, Uint8Array>>;
}

export async function makeAlteredActions(): Promise<AlteredActions> {
  const now = new Date();
  const { directory, make } = createKeyRing();
  const [hub, notice] = [await make('hub:hub:1'), await make('europol:notice:1')];
  const secret = makeDisclosure('judicial', { text: 'canary' });
  const unsealed = { section: 'judicial', digest: digest('a notice'), disclosure: secret.digest } as const;
  const listed = [interpol, ameripol].map((to) => ({ to, ...unsealed }));
  const content: ActionContent = {
    id: NOTICE,
    number: 7,
    verb: 'unseal',
    listed,
    disclosures: [secret.text],
  };
  const signing = { signer: notice, federation: 'demo', now, members: 2 };
  const [action, other] = [await signAction(content, signing), await signAction(content, signing)];
  const named = { digest: digest(action.statement), id: NOTICE, number: 7, verb: 'unseal' };
  const part: ActionPart = { type: 'action', ...named, scope: 'listed', unnamed: [] };
  const frame = parseFrameId('a'.repeat(64));
  const signedWith = async (said: ActionPart): Promise<Uint8Array> => {
    const parts = [said, ...listed.map(({ to }) => ({ type: 'act', to, digest: said.digest }) as const)];
    const { bytes } = await signReport(
      {
        reason: 'routing',
        org: europol,
        frame,
        directory: 1,
        members: [ameripol, europol, interpol],
        policies: {},
        submission: null,
        disclosedOf: noDisclosures,
        parts,
        beside: { actions: [{ ...action, disclosures: [] }] },
      },
      { signer: hub, federation: 'demo', now },
    );
    return bytes;
  };
  const sound = await signedWith(part);
  const replaceAction = (change: Partial<Action>): Uint8Array =>
    frames.record.encode({
      ...frames.record.decode(sound),
      actions: [{ ...action, disclosures: [], ...change }],
    });
  const decoy: ActionLeaf = { hash: new Uint8Array(32) };
  const altered = {
    'with its leaves in another order': replaceAction({ leaves: action.leaves.toReversed() }),
    'with the leaves of another action': replaceAction({ leaves: other.leaves }),
    'with another decoy': replaceAction({
      leaves: action.leaves.map((one) => (one.hash === undefined ? one : decoy)),
    }),
    'with the leaf of a holder that it is handed to as a hash': replaceAction({
      leaves: action.leaves.map((one) => (isTo(ameripol, one) ? { hash: hashOf(one) } : one)),
    }),
    'without its leaves': replaceAction({ leaves: [] }),
    'with a disclosure': replaceAction({ disclosures: [secret.text] }),
    'in the part about it, to another number': await signedWith({ ...part, number: 8 }),
    'in the part about it, to another verb': await signedWith({ ...part, verb: 'restrict' }),
    'in the part about it, to another end': await signedWith({ ...part, expiresAt: 2_000_000_000 }),
  };
  return { directory, frame, now, sound, altered };
}

const isTo = (org: OrgId, { leaf }: ActionLeaf): boolean =>
  leaf ? Buffer.from(leaf.part).includes(JSON.stringify(org)) : false;
