import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewHubCertificates } from '../../../services/cli/tls/hub-certificates.js';
import { authorityFolder } from '../../../services/cli/tls/sign-certificate.js';
import { createTlsKey, issueCertificate } from '../../../services/cli/tls/site-certificate.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-certificates-'));
const hub = homeAt(join(folder, 'hub'));
const now = new Date();
const daysLater = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const listen = '127.0.0.1:4222';
beforeAll(() => renewHubCertificates(hub, { listen, hosts: ['hub.example.org'], now }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serverFile = (name: string): string => hub.nats('tls', name);
const auditorFile = (name: string): string => hub.hub('auditor', 'tls', name);
const serialOf = (path: string): string => new X509Certificate(readFileSync(path)).serialNumber;
const serials = (): readonly string[] => [
  serialOf(serverFile('cert.pem')),
  serialOf(auditorFile('cert.pem')),
];

describe('the certificates of a hub', () => {
  test('that of the broker names its address and its host names; that of a process is for no server', () => {
    const server = new X509Certificate(readFileSync(serverFile('cert.pem')));
    expect(server.subjectAltName).toBe('IP Address:127.0.0.1, DNS:hub.example.org');
    const client = new X509Certificate(readFileSync(auditorFile('cert.pem')));
    expect(client.subjectAltName).toBeUndefined();
    expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    for (const one of [server, client]) expect(one.ca).toBe(false);
  });

  test('stay until less than a third of their life is left, and then are signed by the same authority', async () => {
    const [before, authority] = [serials(), serialOf(serverFile('ca.pem'))];
    await renewHubCertificates(hub, { listen, now: daysLater(548) });
    expect(serials()).toEqual(before);
    await renewHubCertificates(hub, { listen, now: daysLater(551) });
    for (const [index, serial] of serials().entries()) expect(serial).not.toBe(before[index]);
    expect(serialOf(serverFile('ca.pem'))).toBe(authority);
    expect(new X509Certificate(readFileSync(serverFile('cert.pem'))).subjectAltName).toContain(
      'hub.example.org',
    );
  });

  test('one that does not fit its key, and one without the present address, are made anew alone', async () => {
    copyFileSync(auditorFile('key.pem'), serverFile('key.pem'));
    const [server, auditor] = serials();
    await renewHubCertificates(hub, { listen, now });
    expect(serials()).toEqual([expect.not.stringMatching(`^${server}$`), auditor]);
    await renewHubCertificates(hub, { listen: '[::1]:4222', now });
    const names = new X509Certificate(readFileSync(serverFile('cert.pem'))).subjectAltName;
    expect(names).toBe('IP Address:0:0:0:0:0:0:0:1, IP Address:127.0.0.1, DNS:hub.example.org');
    const again = serials();
    await renewHubCertificates(hub, { listen: '[::1]:4222', now });
    expect(serials()).toEqual(again);
  });
});

describe('the certificate of a member', () => {
  const codeOf = (csr: string): Promise<string> =>
    issueCertificate(hub, { id: 'europol', csr }, now).then(
      () => 'none',
      (error: unknown) => errorFrom(error).code,
    );
  const requestWith = (...key: readonly string[]): string => {
    const words = ['req', '-new', '-newkey', ...key, '-nodes', '-subj', '/CN=a', '-outform', 'DER'];
    return execFileSync('openssl', [...words, '-keyout', '/dev/null']).toString('base64url');
  };

  test('is for its gateway as a client, whatever the request names, and ends no later than the authority', async () => {
    const more = ['-addext', 'basicConstraints=CA:TRUE', '-addext', 'subjectAltName=DNS:hub.example.org'];
    const csr = requestWith('ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...more);
    // A command signs some time after it began, here almost a day.
    const { certificate, authority } = await issueCertificate(hub, { id: 'europol', csr }, daysLater(-0.9));
    const [own, issuer] = [new X509Certificate(certificate), new X509Certificate(authority)];
    expect(own.subject).toBe('CN=gateway-europol');
    expect([own.ca, own.subjectAltName, own.keyUsage]).toEqual([false, undefined, ['1.3.6.1.5.5.7.3.2']]);
    expect(own.verify(issuer.publicKey)).toBe(true);
    expect(Date.parse(own.validTo)).toBeLessThanOrEqual(Date.parse(issuer.validTo));
    expect(Date.parse(own.validTo)).toBeGreaterThan(daysLater(3647).getTime());
  });

  test('a request that its key did not sign, that is no request, or of another kind of key is refused', async () => {
    const csr = await createTlsKey(join(folder, 'site'));
    expect(await codeOf(csr)).toBe('none');
    const bytes = Buffer.from(csr, 'base64url');
    const last = bytes.length - 3;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    expect(await codeOf(bytes.toString('base64url'))).toBe('key-invalid');
    expect(await codeOf('AAAA')).toBe('key-invalid');
    expect(await codeOf(requestWith('ed25519'))).toBe('key-invalid');
    expect(await codeOf(requestWith('ec', '-pkeyopt', 'ec_paramgen_curve:P-384'))).toBe('key-invalid');
  });

  test('the key stays in the folder of the site, readable by its owner only', async () => {
    const csr = await createTlsKey(join(folder, 'another'));
    const key = readFileSync(join(folder, 'another', 'key.pem'), 'utf8');
    expect(key).toContain('PRIVATE KEY');
    expect(execFileSync('stat', ['-c', '%a', join(folder, 'another', 'key.pem')]).toString()).toBe('600\n');
    expect(Buffer.from(csr, 'base64url').toString()).not.toContain('PRIVATE KEY');
    expect(authorityFolder(hub)).toBe(join(hub.root, 'root', 'tls'));
  });
});
