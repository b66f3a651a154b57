import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { showMembers } from '../../../services/router/observe/show-members.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import { openPendingRequests } from '../../../services/shared/trust/directory/pending-requests.js';

test('router members: each member has its rules in force, its release and what it asked about its keys, and nothing of others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-show-members-'));
  const store = openRouterStore(join(folder, 'router.db'));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const release = { org: 'europol', statement: 's', digest: 'd', version: 3 };
  const refused = { ...release, statement: 'later', digest: 'e', version: 4 };
  await store.commit(() => {
    for (const one of [release, refused])
      store.releases.submit({ ...one, token: '', files: new Uint8Array(1), at: 1_000 });
    store.releases.judge({ release, bundle: 'b', findings: '[]', at: 2_000, by: 'router-1' });
    store.releases.judge({ release: refused, bundle: null, findings: '[]', at: 3_000, by: 'router-1' });
  });
  const keyRequests = openPendingRequests(join(folder, 'key-requests'));
  const asking = { iss: 'europol', text: '{}' };
  keyRequests.put({ ...asking, use: 'policy', wish: { type: 'next' } } as never);
  keyRequests.put({
    ...asking,
    use: 'notice',
    wish: { type: 'revoke', kid: 'europol:notice:12' },
  } as never);
  const policies = { 'europol/import': 'i', 'europol/export': 'x', 'interpol/import': 'other' };
  const since = expect.stringMatching(/^20.*Z$/);
  const sources = { members: ['europol', 'interpol'], policies, store, keyRequests };
  const shown = showMembers({ ...sources, takesReleases: false });
  expect(shown).toEqual({
    europol: {
      policies: { import: 'i', export: 'x' },
      release: { version: 3, digest: 'd', adoptedAt: new Date(2_000).toISOString() },
      keyRequests: [
        { use: 'notice', revokes: 'europol:notice:12', since },
        { use: 'policy', revokes: null, since },
      ],
    },
    interpol: { policies: { import: 'other' }, release: null, keyRequests: [] },
  });
  // The rules that stand in for those of a member without a release are the router's own.
  expect(showMembers({ ...sources, takesReleases: true })).toEqual({
    ...shown,
    interpol: { policies: {}, release: null, keyRequests: [] },
  });
});
