import { beforeAll, describe, expect, test } from 'vitest';
import { parseFrameId, parseJti, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { TreePart } from '../../../../services/shared/ledger/record-own-parts.js';
import { readRecord } from '../../../../services/shared/ledger/record.js';
import { signReport } from '../../../../services/shared/ledger/record-sign.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { membersTree } from '../../../../services/shared/ledger/record-tree.js';
import { parseStrictJson } from '../../../../services/shared/kernel/strict-json.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import type { Signer } from '../../../../services/shared/trust/keys.js';
import { signSet } from '../../../../services/shared/trust/signed-set.js';
import { frames, type Leaf } from '../../../../services/shared/wire/frames.js';
import { noDisclosures } from '../../../support/no-disclosures.js';
import { makeSigners } from '../signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol, ameripol] = [parseOrgId('europol'), parseOrgId('interpol'), parseOrgId('ameripol')];
const members = [ameripol, europol, interpol];
const frame = parseFrameId('a'.repeat(64));
const [first, second] = [1, 2].map((number) => parseJti(`01900000-0000-7000-8000-00000000000${number}.1`));
const secret = 'A'.repeat(22);

interface Part {
  readonly type: string;
  readonly [name: string]: unknown;
}
type Change = (parts: readonly Part[]) => readonly Part[];

let hub: Signer;
let directory: Directory;
beforeAll(async () => {
  ({ hub, directory } = await makeSigners());
});

const recording = () => ({ signer: hub, federation: 'demo', now });
const noticeOf = (jti: unknown): Part => ({
  type: 'notice',
  jti,
  digest: digest(`notice ${String(jti)}`),
  number: 1,
  exp: 2_000_000_000,
  attributes: { originator: europol, kind: 'red' },
  sections: ['identity', 'judicial'],
});
const given = (jti: unknown, to: string): Part => ({
  type: 'decision',
  jti,
  to,
  outcome: 'redacted',
  sections: ['identity'],
  withheld: ['judicial'],
  advertised: ['judicial'],
  obligations: [],
  rules: [],
});
const denied = (jti: unknown, to: string): Part => ({
  ...given(jti, to),
  outcome: 'denied',
  sections: [],
  withheld: [],
  advertised: [],
});
const action = { type: 'action', digest: digest('an action'), id: '01900000-0000-7000-8000-000000000001' };
const routing: readonly Part[] = [
  ...[first, second].flatMap((jti) => [noticeOf(jti), given(jti, interpol), given(jti, ameripol)]),
  { ...action, number: 7, verb: 'withdraw', scope: 'all', unnamed: [] },
  { type: 'act', to: interpol, digest: action.digest },
];
const narrowing: readonly Part[] = [noticeOf(first), given(first, ameripol), denied(first, interpol)];

/** The parts that a router records, changed and signed again as a hub could. */
async function signChanged(reason: 'routing' | 'narrowing', change: Change): Promise<Uint8Array> {
  const said = (reason === 'routing' ? routing : narrowing) as unknown as readonly ReportPart[];
  const content = {
    reason,
    org: europol,
    frame,
    directory: 1,
    members,
    policies: {},
    submission: null,
    disclosedOf: noDisclosures,
  };
  const actions = reason === 'routing' ? [{ statement: 'an action', leaves: [], disclosures: [] }] : [];
  const beside = { actions, requests: [] };
  const { statement: sound } = await signReport({ ...content, parts: said, beside }, recording());
  const parts = change(sound.leaves.map(({ part }) => parseStrictJson(part) as Part));
  const tree = parts[0] as unknown as TreePart;
  const over = (leaves: readonly Leaf[]) => ({ members: membersTree(tree, { parts, leaves }).root });
  const claims = { iss: 'hub', iat: 1_780_000_000, aud: 'demo', org: europol, frame, type: reason };
  const more = { contract: 1, directory: 1, releases: null, read: null };
  const statement = await signSet({
    typ: 'report+jws',
    claims: { ...claims, ...more },
    parts,
    signer: hub,
    over,
  });
  return frames.record.encode({ statement, ...beside });
}

/** Changes each part of one type. */
const each =
  (type: string, change: (part: Part, at: number) => readonly Part[]): Change =>
  (parts) => {
    let at = 0;
    return parts.flatMap((part) => (part.type === type ? change(part, at++) : [part]));
  };
const without =
  (is: (part: Part) => boolean): Change =>
  (parts) =>
    parts.filter((part) => !is(part));
const decisionsOf = ({ decisions }: Part): readonly object[] => decisions as readonly object[];
/** Puts the parts of one type into this order; `order` names them by their place among themselves. */
const reordered =
  (type: string, order: readonly number[]): Change =>
  (parts) => {
    const found = parts.filter((part) => part.type === type);
    let at = 0;
    return parts.map((part) => (part.type === type ? (found[order[at++] ?? 0] ?? part) : part));
  };

describe('a report of the hub', () => {
  test.each(['routing', 'narrowing'] as const)('as routers write it, a %s, is read', async (reason) => {
    const bytes = await signChanged(reason, (parts) => parts);
    await expect(readRecord(bytes, { directory, now })).resolves.toMatchObject({ reason });
  });

  test.each<readonly [string, 'routing' | 'narrowing', Change]>([
    [
      'decides twice for one recipient of a notice',
      'routing',
      each('notice', (part) => [
        { ...part, decisions: [...decisionsOf(part), ...decisionsOf(part).slice(0, 1)] },
      ]),
    ],
    [
      'denies a notice to a recipient that a decision names',
      'routing',
      each('notice', (part) => [{ ...part, denials: [{ to: [interpol], rules: [] }] }]),
    ],
    [
      'denies a notice to one organisation for two reasons',
      'routing',
      each('notice', (part) => [
        {
          ...part,
          denials: [
            { to: ['gccpol'], rules: [] },
            { to: ['gccpol'], rules: [], because: 'excluded' },
          ],
        },
      ]),
    ],
    [
      'has one notice twice',
      'routing',
      (parts) => [
        ...parts,
        ...parts
          .filter((part) => part.jti === first && part.type === 'notice')
          .map((part) => ({ ...part, decisions: [] })),
      ],
    ],
    [
      'narrows a recipient to nothing that is not shown it',
      'narrowing',
      without(({ type }) => type === 'unshare'),
    ],
    [
      'narrows by a denial, which its recipient is not shown',
      'narrowing',
      (parts) =>
        each('notice', (part) => [
          {
            ...part,
            decisions: decisionsOf(part).slice(0, 1),
            denials: [{ to: [interpol], rules: [] }],
          },
        ])(without(({ type }) => type === 'unshare')(parts)),
    ],
    [
      'takes a notice away although it is no narrowing',
      'routing',
      each('share', (part, at) => {
        const { to, jti, digest: named } = part;
        return [at === 3 ? { type: 'unshare', to, jti, digest: named } : part];
      }),
    ],
    ['has shares in another order than its notices', 'routing', reordered('share', [2, 3, 0, 1])],
    [
      'has shares in another order than its decisions',
      'routing',
      each('notice', (part) => [{ ...part, decisions: decisionsOf(part).toReversed() }]),
    ],
    [
      'has its shares before its notices',
      'routing',
      (parts) => [
        ...parts.slice(0, 4),
        ...parts.filter(({ type }) => type === 'share'),
        ...parts.slice(4).filter(({ type }) => type !== 'share'),
      ],
    ],
    [
      'names a section of a notice twice',
      'routing',
      each('notice', (part) => [{ ...part, sections: ['identity', 'judicial', 'judicial'] }]),
    ],
    [
      'advertises a section twice',
      'routing',
      each('share', (part) => [{ ...part, advertised: ['judicial', 'judicial'] }]),
    ],
    [
      'advertises a section that is not withheld',
      'routing',
      each('share', (part) => [{ ...part, advertised: ['identity'] }]),
    ],
    [
      'shares a notice with an organisation without a place in its tree',
      'routing',
      each('tree', (part) => [{ ...part, orgs: [europol, interpol] }]),
    ],
    [
      'shares a notice with its originator',
      'routing',
      (parts) =>
        parts.map((part) =>
          JSON.parse(
            JSON.stringify(part)
              .replaceAll('"ameripol"', '"europol"')
              .replace('["europol","europol"', '["ameripol","europol"'),
          ),
        ),
    ],
    ['has no seed for a recipient', 'routing', without(({ type, to }) => type === 'seed' && to === interpol)],
    [
      'has a seed for a member without a share',
      'routing',
      each('seed', (part, at) => (at === 0 ? [part] : [part, { ...part, to: europol }])),
    ],
    [
      'has a seed in a narrowing',
      'narrowing',
      ([tree, basis, ...parts]) =>
        [tree, basis, { type: 'seed', to: ameripol, seed: secret }, ...parts] as readonly Part[],
    ],
    ['has seeds in another order than its recipients', 'routing', reordered('seed', [1, 0])],
    [
      'refuses an item in a narrowing',
      'narrowing',
      (parts) => [...parts, { type: 'refusal', index: 0, jti: null, digest: digest('x'), code: 'expired' }],
    ],
    [
      'hands over an action that it does not accept',
      'routing',
      each('act', (part) => [part, { ...part, digest: digest('another') }]),
    ],
  ])('that %s is `contract-unknown`', async (_, reason, change) => {
    const bytes = await signChanged(reason, change);
    await expect(readRecord(bytes, { directory, now })).rejects.toMatchObject({ code: 'contract-unknown' });
  });
});
