import { expect, test } from 'vitest';
import { listen } from '../../../services/router/observe/http.js';
import { NOTHING_ADOPTED } from '../../../services/shared/wire/shown-adoption.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { statusForHost } from '../../support/http/status-for-host.js';

test('router http: health, readiness and members are given only to requests that name this router', async () => {
  const names = { host: '127.0.0.1', hostNames: ['router.test'] };
  const http = await listen({ ...names, port: 0, alarms: alarmsFor() }, () => ({
    readiness: () => ({ reasons: [], policies: {}, adoption: NOTHING_ADOPTED }),
    members: () => ({}),
  }));
  try {
    for (const path of ['/healthz', '/readyz', '/members']) {
      expect(await statusForHost(http.url, path, 'router.test')).toBe(200);
      expect(await statusForHost(http.url, path, 'localhost:1')).toBe(200);
      expect(await statusForHost(http.url, path, 'evil.example')).toBe(403);
    }
  } finally {
    await http.close();
  }
});
