import { request } from 'node:http';
import { expect, test } from 'vitest';
import { listen, type RouterViews } from '../../../services/router/observe/http.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { NOTHING_ADOPTED } from '../../../services/shared/wire/shown-adoption.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { statusForHost } from '../../support/http/status-for-host.js';

const names = { host: '127.0.0.1', hostNames: [], port: 0, alarms: alarmsFor() };
const readiness = () => ({ reasons: [], policies: {}, adoption: NOTHING_ADOPTED });

test('router http: health, readiness and members are given only to requests that name this router', async () => {
  const named = { ...names, hostNames: ['router.test'] };
  const http = await listen(named, () => ({ readiness, members: () => ({}) }));
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

test('router http: the releases of the federation are listed where members release their rules, and elsewhere not found', async () => {
  const list = (statement: string | undefined) => {
    if (statement === 'no digest') throw fail('usage', 'no digest');
    return { bundle: statement ?? null, releases: [] };
  };
  let releases: RouterViews['releases'] = list;
  const http = await listen(names, () => ({ readiness, members: () => ({}), releases }));
  const ask = async (path: string) => {
    const answer = await fetch(`${http.url}${path}`);
    return [answer.status, await answer.json()];
  };
  try {
    expect(await ask('/releases')).toEqual([200, { bundle: null, releases: [] }]);
    expect(await ask('/releases?statement=abc')).toEqual([200, { bundle: 'abc', releases: [] }]);
    expect(await ask('/releases?statement=no%20digest')).toEqual([400, { code: 'usage' }]);
    releases = undefined;
    expect(await ask('/releases')).toEqual([404, { code: 'not-found' }]);
  } finally {
    await http.close();
  }
});

test('router http: members that cannot be read are answered with 503, and the router answers the next request', async () => {
  const members = () => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  };
  const http = await listen(names, () => ({ readiness, members }));
  try {
    const answer = await fetch(`${http.url}/members`);
    expect([answer.status, await answer.json()]).toEqual([503, { code: 'internal' }]);
    expect((await fetch(`${http.url}/readyz`)).status).toBe(200);
  } finally {
    await http.close();
  }
});

test.each(['//', '//[', '/releases/', '/readyz?'])(
  'router http: a request for `%s` is not found, and the router answers the next one',
  async (path) => {
    const releases = () => ({ bundle: null, releases: [] });
    const http = await listen(names, () => ({ readiness, members: () => ({}), releases }));
    try {
      const status = await new Promise((resolve, reject) => {
        const asked = request(http.url, { path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        asked.once('error', reject);
        asked.end();
      });
      expect(status).toBe(404);
      expect(await statusForHost(http.url, '/healthz', 'localhost:1')).toBe(200);
    } finally {
      await http.close();
    }
  },
);
