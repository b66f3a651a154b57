import { beforeAll, describe, expect, test } from 'vitest';
import { verifiedContributions } from '../../../services/router/policies/judge-contributions.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signContribution } from '../../../services/shared/ledger/release/contribution.js';
import type { Contribution } from '../../../services/shared/ledger/release/release-files.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { createKeyRing, type KeyRing } from '../../shared/ledger/signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const IN_FORCE = { version: 4, digest: digest('the release in force') };
const NEXT = { version: 5, previous: IN_FORCE.digest };
const files = new Map([
  ['export.cedar', ''],
  ['import.cedar', ''],
]);
const OUTSIDE = { place: 'alfa', message: 'it is no member in force' };

let ring: KeyRing;
let signer: Signer;
const contribute = (name: { readonly version: number; readonly previous: string | null }) =>
  signContribution({ files, ...name }, { signer, federation: 'demo', now });
beforeAll(async () => {
  ring = createKeyRing();
  signer = await ring.make('alfa:policy:1');
});

interface Place {
  readonly suspendedAt?: Date;
  readonly leavingAt?: Date;
  readonly isNamed?: boolean;
}

/** Judges contributions of alfa, whose version 4 is in force. */
async function findings(contributions: readonly Contribution[], { isNamed = true, ...dates }: Place = {}) {
  const member = { id: parseOrgId('alfa'), ...dates };
  const directory = {
    ...ring.directory,
    organisations: new Map([[member.id, member]]),
  } as unknown as Directory;
  const reading = { directory, now, isNamed: () => isNamed, inForceOf: () => IN_FORCE };
  return (await verifiedContributions({ contributions }, reading)).findings;
}

describe('contributions to a joint release', () => {
  test('the next release of a member is sound', async () => {
    expect(await findings([await contribute(NEXT)])).toEqual([]);
  });

  test('one that is not above the release in force, is far above it or follows another release is refused', async () => {
    expect(await findings([await contribute({ ...NEXT, version: Number.MAX_SAFE_INTEGER })])).toEqual([
      {
        place: 'alfa',
        message: 'version 9007199254740991 is more than 1,000 above version 4, which is in force',
      },
    ]);
    expect(await findings([await contribute({ ...NEXT, version: 4 })])).toEqual([
      { place: 'alfa', message: 'version 4 is not above version 4, which is in force' },
    ]);
    expect(await findings([await contribute({ ...NEXT, previous: null })])).toEqual([
      { place: 'alfa', message: 'it does not follow the release in force, which is version 4' },
    ]);
  });

  test('two of one member are refused', async () => {
    const contribution = await contribute(NEXT);
    expect(await findings([contribution, contribution])).toEqual([
      { place: 'alfa', message: 'it contributes twice' },
    ]);
  });

  test('of a member that the facts of the release do not name, that is suspended or that leaves, none counts', async () => {
    const contribution = await contribute(NEXT);
    for (const place of [{ isNamed: false }, { suspendedAt: now }, { leavingAt: now }])
      expect(await findings([contribution], place)).toEqual([OUTSIDE]);
  });

  test('one with another signature is refused and named by its place', async () => {
    const [sound, forged] = [await contribute(NEXT), await contribute(NEXT)];
    const statement = `${forged.statement.slice(0, -8)}AAAAAAAA`;
    expect(await findings([sound, { ...forged, statement }])).toEqual([
      { place: 'contribution 2', message: expect.stringContaining('signature') as unknown },
    ]);
  });
});
