import { beforeAll, describe, expect, test } from 'vitest';
import { noticeIdOf, type OrgId } from '../../../../services/shared/kernel/ids.js';
import { hashOf, signAction } from '../../../../services/shared/ledger/action.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { KINDS, type Section } from '../../../../services/shared/notice/kinds.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { makeDisclosure } from '../../../../services/shared/trust/disclosure.js';
import type { Signer } from '../../../../services/shared/trust/keys.js';
import type { Action } from '../../../../services/shared/wire/frames.js';
import {
  type Decided,
  ecopol,
  europol,
  interpol,
  START,
  type WrittenLedger,
  writeLedger,
} from './ledger-of-records.js';

interface Unsealed {
  readonly decided: Decided;
  readonly to: OrgId;
  readonly section: Section;
}

let ledger: WrittenLedger;
let signer: Signer;
beforeAll(async () => {
  ledger = await writeLedger();
  signer = await ledger.key('europol:notice:1');
});

/** Finds a withheld section that its recipient may know of, and which the rules let the originator unseal or not. */
async function findAdvertised(isOpen: boolean): Promise<Unsealed> {
  const policy = await ledger.policyOf();
  for (const kind of KINDS) {
    const decided = await ledger.decide({ kind });
    const { attributes } = decided.part;
    for (const { to, advertised } of decided.decisions)
      for (const section of advertised)
        if (policy.unseal({ attributes, recipient: to, section })?.open === isOpen)
          return { decided, to, section };
  }
  throw new Error('the shipped policies have no such section');
}

/** Appends the routing report of a notice, then one that records the unseal of a section of it. */
async function unseal({
  decided,
  to,
  section,
}: Unsealed): Promise<{ action: Action; parts: readonly ReportPart[] }> {
  const { part } = decided;
  const secret = makeDisclosure(section, { invented: true });
  const id = noticeIdOf(part.jti);
  const number = START + 5;
  const listed = [{ to, section, digest: part.digest, disclosure: secret.digest }];
  const signed = await signAction(
    { id, number, verb: 'unseal', listed, disclosures: [secret.text] },
    { signer, federation: 'demo', now: new Date(START), members: 8 },
  );
  const named = digest(signed.statement);
  const parts: readonly ReportPart[] = [
    { type: 'action', digest: named, id, number, verb: 'unseal', scope: 'listed', unnamed: [] },
    { type: 'act', to, digest: named },
  ];
  const action = { ...signed, disclosures: [] };
  await ledger.route(decided);
  await ledger.report(europol, parts, { beside: { actions: [action] } });
  return { action, parts };
}

describe('replay of unseals', () => {
  test('one that the rules permit is confirmed, also when it is recorded again under other policies', async () => {
    ledger = await writeLedger();
    signer = await ledger.key('europol:notice:1');
    const { action, parts } = await unseal(await findAdvertised(true));
    await ledger.report(europol, parts, { beside: { actions: [action] }, bundle: ledger.second });
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary.unchecked['earlier-record']).toBeUndefined();
  });

  test('one that the rules forbid differs, with action, recipient and section', async () => {
    ledger = await writeLedger();
    signer = await ledger.key('europol:notice:1');
    const { to, section, ...more } = await findAdvertised(false);
    const { action } = await unseal({ to, section, ...more });
    const { findings } = await ledger.replay();
    expect(findings).toMatchObject([
      {
        code: 'decision-differs',
        action: digest(action.statement),
        recipient: to,
        section,
        recorded: 'permitted',
        place: { sequence: 2 },
      },
    ]);
  });

  test('one whose leaf the record hides is not confirmed: the record does not verify', async () => {
    ledger = await writeLedger();
    signer = await ledger.key('europol:notice:1');
    const unsealed = await findAdvertised(false);
    await ledger.route(unsealed.decided);
    const { to, section, decided } = unsealed;
    const secret = makeDisclosure(section, { invented: true });
    const [id, number] = [noticeIdOf(decided.part.jti), START + 5];
    const listed = [to, to === ecopol ? interpol : ecopol].map((org) => {
      return { to: org, section, digest: decided.part.digest, disclosure: secret.digest };
    });
    const content = { id, number, verb: 'unseal', listed, disclosures: [secret.text] } as const;
    const signing = { signer, federation: 'demo', now: new Date(START), members: 8 };
    const action = await signAction(content, signing);
    const named = { digest: digest(action.statement), id, number, verb: 'unseal' };
    const hidden = action.leaves.map((one) =>
      one.leaf && Buffer.from(one.leaf.part).includes(`"to":"${to}"`) ? { hash: hashOf(one) } : one,
    );
    const parts: readonly ReportPart[] = [
      { type: 'action', ...named, scope: 'listed', unnamed: [] },
      { type: 'act', to, digest: named.digest },
    ];
    const beside = { actions: [{ ...action, leaves: hidden, disclosures: [] }] };
    await ledger.report(europol, parts, { beside });
    const { summary } = await ledger.replay();
    expect(summary.unchecked['digest-mismatch']).toBe(1);
  });

  test('a narrowing that takes back an unseal which the rules permit differs, and one which they forbid does not', async () => {
    ledger = await writeLedger();
    signer = await ledger.key('europol:notice:1');
    const unsealed = await findAdvertised(true);
    const { action } = await unseal(unsealed);
    const { to, section } = unsealed;
    const unact = { type: 'unact', to, digest: digest(action.statement) } as const;
    await ledger.report(europol, [unact], { reason: 'narrowing', bundle: ledger.second });
    expect((await ledger.replay()).findings).toEqual([]);
    await ledger.report(europol, [unact], { reason: 'narrowing', bundle: ledger.first });
    const { findings } = await ledger.replay();
    expect(findings).toMatchObject([
      { recipient: to, section, recorded: 'denied', reason: 'narrowing', rules: [] },
    ]);
  });
});
