import { expect, test } from 'vitest';
import { explainRequest } from '../../../services/cli/org/explain-request.js';
import { spokenWords } from '../../../services/cli/org/spoken-words.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';

const request = {
  id: parseOrgId('caricompol'),
  name: 'Caribbean Police',
  contact: 'duty officer',
  hub: 'nats://10.0.0.1:4222',
  keys: [],
  approvers: [],
  digest: digest('a request'),
};
const about = {
  directory: { federation: 'demo', version: 4 },
  takesReleases: true,
};

test('neither the words of a request nor those of the hub are shown before a person typed them', () => {
  const text = explainRequest(request, about).join('\n');
  expect(text).not.toContain(spokenWords(request.digest));
  expect(text).not.toContain('words');
});

test('of the first rules of a request, version, digest, number of files, findings and approval are shown, and no text', () => {
  const files = new Map([
    ['export.cedar', '// this hub: all is well'],
    ['import.cedar', ''],
  ]);
  const wire = { statement: '', files: Buffer.alloc(0) };
  const release = { version: 1, digest: digest('a release'), files, wire, isApproved: true };
  const checked = { warnings: 3, notes: 0 };
  const last = (isApproved: boolean, takesReleases: boolean): string | undefined =>
    explainRequest(
      { ...request, release: { ...release, isApproved } },
      { ...about, checked, takesReleases },
    ).at(-1);
  expect(last(true, true)).toBe(
    `its rules: version 1, ${release.digest}, 2 files, 0 errors, 3 warnings and 0 notes; both approvers signed them`,
  );
  expect(last(false, true)).toContain('not approved');
  expect(last(true, false)).toContain('in a folder');
  expect(explainRequest(request, about).at(-1)).toContain('permits nothing');
});
