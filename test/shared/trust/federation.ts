import { expect } from 'vitest';
import { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import { type KeyEntry, listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import type { PrivateJwk, PublicJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey, importSigner, publicJwk, type Signer } from '../../../services/shared/trust/keys.js';

/** The current time in all of these tests. */
export const NOW = new Date('2026-06-01T12:00:00Z');
export const IAT = NOW.getTime() / 1000;

const WINDOW = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' };
const KIDS = ['hub:hub:1', 'hub:audit:1', 'hub:directory:1', ...['europol', 'afripol'].flatMap(kidsOf)];

function kidsOf(org: string): readonly string[] {
  return [`${org}:notice:1`, `${org}:receipt:1`];
}

/** A federation with real keys: two organisations, a hub and a root. */
export interface TestFederation {
  readonly source: DirectorySource;
  readonly directory: Directory;
  readonly anchor: PublicJwk;
  readonly root: Signer;
  readonly jwk: (kid: string) => PrivateJwk;
  readonly signer: (kid: string) => Signer;
}

export async function makeFederation(
  change: (source: DirectorySource) => DirectorySource = (source) => source,
): Promise<TestFederation> {
  const jwks = new Map(
    await Promise.all([...KIDS, 'root:root:1'].map(async (kid) => [kid, await generateKey(kid)] as const)),
  );
  const jwk = (kid: string): PrivateJwk => jwks.get(kid)!;
  const signers = new Map(
    await Promise.all([...jwks].map(async ([kid, key]) => [kid, await importSigner(key)] as const)),
  );
  const signer = (kid: string): Signer => signers.get(kid)!;
  const source = change(sourceOf(jwk));
  const root = signer('root:root:1');
  const anchor = publicJwk(jwk('root:root:1'));
  const directory = await openDirectory(await signDirectory(source, root), anchor);
  return { source, directory, anchor, root, jwk, signer };
}

export function entryOf(key: PublicJwk, change: Partial<KeyEntry> = {}): KeyEntry {
  return { kid: key.kid, ...listedKeyOf(key), ...WINDOW, ...change };
}

function sourceOf(jwk: (kid: string) => PrivateJwk): DirectorySource {
  const entries = (kids: readonly string[]): readonly KeyEntry[] => kids.map((kid) => entryOf(jwk(kid)));
  const member = (org: string, seat: string): DirectorySource['organisations'][string] => ({
    name: `Invented ${org}`,
    seat,
    groups: ['regional'],
    accreditedFor: ['basic'],
    agreements: [],
    quotas: { perMinute: 600 },
    contract: 1,
    keys: entries(kidsOf(org)),
  });
  return {
    federation: 'demo',
    version: 1,
    previous: null,
    issuedAt: '2026-06-01T00:00:00Z',
    nextUpdate: '2026-06-08T00:00:00Z',
    hub: {
      contract: 1,
      serves: ['delivery'],
      keys: entries(['hub:hub:1', 'hub:audit:1', 'hub:directory:1']),
    },
    organisations: { europol: member('europol', 'The Hague'), afripol: member('afripol', 'Algiers') },
  };
}

/** Asserts that a promise is refused with exactly this code, and returns the error. */
export async function refused(promise: Promise<unknown>, code: string): Promise<LiaisonError> {
  const error = await promise.then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LiaisonError);
  expect((error as LiaisonError).code).toBe(code);
  return error as LiaisonError;
}
