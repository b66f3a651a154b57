import { expect, test } from 'vitest';
import { openDirectoryOnce } from '../../../../services/shared/trust/directory/open-once.js';
import { makeFederation, refused } from '../federation.js';

test('a directory that the process verified already is the same snapshot, by another copy of its bytes too', async () => {
  const { directory, anchor } = await makeFederation();
  const first = await openDirectoryOnce(directory.frame, anchor);
  expect(await openDirectoryOnce(Uint8Array.from(directory.frame), { ...anchor })).toBe(first);
});

test('a verified directory is refused under the key of another root', async () => {
  const [{ directory, anchor }, other] = [await makeFederation(), await makeFederation()];
  await openDirectoryOnce(directory.frame, anchor);
  await refused(openDirectoryOnce(directory.frame, other.anchor), 'signature-invalid');
});

test('a directory with one changed byte is refused after the right one was verified', async () => {
  const { directory, anchor } = await makeFederation();
  await openDirectoryOnce(directory.frame, anchor);
  const changed = Uint8Array.from(directory.frame);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  await expect(openDirectoryOnce(changed, anchor)).rejects.toThrow();
});
