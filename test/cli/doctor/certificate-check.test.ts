import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificates } from '../../../services/cli/doctor/certificate-check.js';
import { renewHubCertificates } from '../../../services/cli/tls/hub-certificates.js';
import { createAuthority } from '../../../services/cli/tls/sign-certificate.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-certificate-check-')));
const now = new Date();
const daysLater = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const lookAfter = async (days: number) =>
  certificates.look({ home, env: {}, run: undefined, now: daysLater(days) });
beforeAll(() => renewHubCertificates(home, { listen: '127.0.0.1:4222', now }));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

test('certificates: the end of the first of the hub and of the authority are shown', async () => {
  const day = (days: number): string => daysLater(days).toISOString().slice(0, 10);
  const { state, says } = await lookAfter(794);
  expect(state).toBe('ok');
  expect(says).toContain(`6 of the hub, the first ends ${day(825)}`);
  expect(says).toContain(`certificates of members, ends ${day(3650)}`);
});

test('certificates: one of the hub that ends within 30 days is bad, and a start signs the next one', async () => {
  const found = await lookAfter(796);
  expect(found).toMatchObject({ state: 'bad' });
  expect(found.says).toContain('nats router auditor');
  expect(found.mend).toContain('start');
});

test('certificates: an authority that ends within a year is to be inspected', async () => {
  const near = homeAt(mkdtempSync(join(tmpdir(), 'liaison-certificate-check-')));
  try {
    await createAuthority(near, 364);
    await renewHubCertificates(near, { listen: '127.0.0.1:4222', now });
    const found = await certificates.look({ home: near, env: {}, run: undefined, now });
    expect(found).toMatchObject({ state: 'look' });
  } finally {
    rmSync(near.root, { recursive: true, force: true });
  }
});
