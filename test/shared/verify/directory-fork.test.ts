import { describe, expect, test } from 'vitest';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { showDirectory } from '../../../services/shared/trust/directory/shown-directory.js';
import { signAmendment } from '../../../services/shared/trust/directory/sign-amendment.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { makeFederation, NOW } from '../trust/federation.js';

const federation = await makeFederation();
const { source, root, anchor, directory: first } = federation;
const signed = async (change: Partial<DirectorySource>): Promise<Directory> =>
  openDirectory(await signDirectory({ ...source, ...change }, root), anchor);

/** What the file about these two directories gives: whether it holds, and its last line. */
async function verdictOn(...two: readonly Directory[]) {
  const directories = two.map(({ frame }) =>
    showDirectory(frame, { organisations: new Set(), persons: new Set() }),
  );
  const file = { kind: 'conviction', what: 'directory-forked', accused: 'root', directories };
  const { holds, lines } = await verifyEvidence(JSON.stringify(file), { root: anchor, now: NOW });
  return [holds, lines.at(-1)?.says, lines.at(-1)?.code];
}

describe('a conviction about two directories', () => {
  test('convicts the root with two of one number, and with one that does not follow the one held', async () => {
    expect(await verdictOn(first, await signed({}))).toEqual([
      true,
      'the root is convicted (directory-forked): it signed versions 1 and 1, and only one of the two can be',
      undefined,
    ]);
    const astray = await signed({ version: 2, previous: (await signed({})).digest });
    expect(await verdictOn(first, astray)).toEqual([
      true,
      'the root is convicted (directory-forked): it signed versions 1 and 2, and only one of the two can be',
      undefined,
    ]);
  });

  test('names the directory key besides the root where it signed one of them', async () => {
    const key = federation.signer('hub:directory:1');
    const amended = async (): Promise<Directory> => {
      const next = { version: 2, previous: first.digest, issuedAt: '2026-06-03T00:00:00Z' };
      const wanted = { ...source, ...next, nextUpdate: '2026-06-10T00:00:00Z' };
      return openDirectory((await signAmendment(first.frame, wanted, { signer: key }))!, anchor);
    };
    const says =
      'the root or its directory key is convicted (directory-forked): it signed versions 2 and 2, and only one of the two can be';
    expect(await verdictOn(await amended(), await amended())).toEqual([true, says, undefined]);
    const ofRoot = await signed({ version: 2, previous: first.digest });
    expect(await verdictOn(await amended(), ofRoot)).toEqual([true, says, undefined]);
  });

  test('gives no verdict on the same one twice, on a successor, on a later version, and with another root', async () => {
    const none = [false, 'these directories convict the root (directory-forked)', 'digest-mismatch'];
    expect(await verdictOn(first, first)).toEqual(none);
    expect(await verdictOn(first, await signed({ version: 2, previous: first.digest }))).toEqual(none);
    expect(await verdictOn(first, await signed({ version: 3, previous: first.digest }))).toEqual(none);
    expect(await verdictOn(first, (await makeFederation()).directory)).toEqual(none);
  });
});
