import { describe, expect, test } from 'vitest';
import { isCode } from '../../../../services/shared/kernel/errors.js';
import {
  bundleDocument,
  createBundle,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FILES,
  parseBundle,
  readBundle,
} from '../../../../services/shared/policy/adopted/bundle.js';
import { loadBundle, loadPolicies } from '../../../../services/shared/policy/policies.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { alfa, bravo, charlie, facts, folderWith, rule, write } from '../folder.js';

const MEMBERS = [alfa, bravo, charlie];
const bundleOf = (folder: string) => readBundle(folder, MEMBERS, digest);

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'nothing thrown';
  } catch (thrown) {
    return isCode(thrown, 'policy-invalid', 'schema-invalid', 'digest-mismatch')
      ? thrown.code
      : String(thrown);
  }
}

describe('a bundle of policies', () => {
  test('a bundle loads as the folder that it was read from, byte order mark included', () => {
    const folder = folderWith({
      'alfa/export.cedar': `\ufeff${rule('permit (principal, action, resource);')}`,
    });
    const { files } = bundleOf(folder);
    expect(loadBundle(files, facts, digest)).toEqual(loadPolicies(folder, facts, digest));
  });

  test('the digest of a bundle changes when a file changes by one byte, is added or moved, not with a case', () => {
    const folder = folderWith();
    const digests = [bundleOf(folder).digest];
    write(folder, 'federation/invariants.yaml', '[]');
    digests.push(bundleOf(folder).digest);
    write(folder, 'alfa/import.cedar', rule('permit (principal, action, resource);', 'alfa-import-opeN'));
    digests.push(bundleOf(folder).digest);
    const texts = new Map(bundleOf(folder).files);
    const [first, second] = [texts.get('alfa/import.cedar') ?? '', texts.get('alfa/export.cedar') ?? ''];
    texts.set('alfa/import.cedar', second).set('alfa/export.cedar', first);
    digests.push(createBundle(texts, digest).digest);
    expect(new Set(digests).size).toBe(digests.length);
    write(folder, 'alfa/cases.yaml', 'decides nothing');
    expect(bundleOf(folder).digest).toBe(digests[2]);
  });

  test('the digest of a bundle does not depend on the order of its files', () => {
    const { files, digest: named } = bundleOf(folderWith());
    expect(createBundle([...files].toReversed(), digest).digest).toBe(named);
  });

  test('a bundle is read back from its document, and refused when a text does not have the digest', () => {
    const bundle = bundleOf(folderWith());
    const document = bundleDocument(bundle);
    expect(parseBundle(JSON.parse(JSON.stringify(document)), digest)).toEqual(bundle);
    const files = { ...document.files, 'alfa/import.cedar': '' };
    expect(codeOf(() => parseBundle({ ...document, files }, digest))).toBe('digest-mismatch');
    expect(codeOf(() => parseBundle({ ...document, files: { a: 1 } }, digest))).toBe('schema-invalid');
    expect(codeOf(() => parseBundle('bundle', digest))).toBe('schema-invalid');
  });

  test.each([
    {
      what: 'too many files',
      texts: Array.from({ length: MAX_BUNDLE_FILES + 1 }, (_, at) => [`f${at}`, '']),
    },
    { what: 'too many bytes', texts: [['schema.cedarschema', 'é'.repeat(MAX_BUNDLE_BYTES / 2 + 1)]] },
    { what: 'a path out of the folder', texts: [['../secret', '']] },
    { what: 'the character NUL', texts: [['schema.cedarschema', '\u0000']] },
  ])('a bundle with $what is refused', ({ texts }) => {
    expect(codeOf(() => createBundle(texts as [string, string][], digest))).toBe('policy-invalid');
  });
});
