import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestDirectory } from '../../../services/cli/init/home-directory.js';
import { openRootRequest } from '../../../services/cli/root/root-request.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { type HubBroker, startHubBroker } from '../org/hub-broker.js';
import { type Ran, runLine } from '../policy/run-line.js';

let broker: HubBroker;
const beside = (name: string): string => join(broker.hub.root, '..', name);
const atHub = (...words: readonly string[]): Promise<Ran> => runLine(words, { home: broker.hub });
const toSign = (): readonly string[] => ['--root-request', beside('root-request.json')];
const admit = (...words: readonly string[]): Promise<Ran> => {
  const { joinRequest } = broker.site('europol');
  const out = ['--out', beside('welcome.json'), '--policies', shippedPolicies, ...toSign()];
  return atHub('org', 'admit', joinRequest, '--yes', ...out, ...words);
};
const sign = (): Promise<Ran> => {
  const options = ['--root', beside('root.jwk'), '--yes', '--out', beside('root-answer.json')];
  return atHub('root', 'sign', beside('root-request.json'), ...options);
};

beforeAll(async () => {
  broker = await startHubBroker(1);
  await broker.ask('europol');
  renameSync(broker.hub.rootKey, beside('root.jwk'));
});
afterAll(() => broker.close());

describe('a hub whose root key is elsewhere admits a member', () => {
  test('by the answer of its holder, with the next keys that it had asked for before', async () => {
    expect((await atHub('key', 'rotate', 'hub', 'audit', ...toSign())).code).toBe(1);
    expect((await admit()).code).toBe(1);
    const { welcome, wanted } = openRootRequest(readFileSync(beside('root-request.json')));
    expect(welcome).toMatchObject({ hub: expect.stringContaining('127.0.0.1') });
    expect(wanted.hub.keys.map(({ kid }) => kid)).toContain('hub:audit:2');
    expect(await sign()).toMatchObject({ code: 0 });
    expect((await atHub('root', 'accept', beside('root-answer.json'))).stderr).toContain('`org admit`');
    expect(await admit('--signed', beside('root-answer.json'))).toMatchObject({ code: 0 });
    const { key, organisations, signedBy } = await newestDirectory(broker.hub);
    expect([signedBy, ...organisations.keys()]).toEqual(['root:root:1', 'europol']);
    expect(key('hub:audit:2')).toBeDefined();
  });

  test('whose site accepts the welcome, and with an answer that counts once', async () => {
    const accepted = await runLine(['org', 'accept', beside('welcome.json'), '--yes'], {
      home: broker.site('europol'),
    });
    expect(accepted).toMatchObject({ code: 0 });
    expect((await atHub('root', 'accept', beside('root-answer.json'))).stderr).toContain('request-used');
  });
});
