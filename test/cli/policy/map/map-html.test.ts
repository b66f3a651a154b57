import { expect, test } from 'vitest';
import { mapPage } from '../../../../services/cli/policy/map/map-html.js';
import { readFederation } from '../../../../services/cli/init/home-directory.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { exchangeMap } from '../../../../services/shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../../../services/shared/workbench/workspace.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { folder } from '../../../policies/sample.js';

const map = exchangeMap(openWorkspace(folder, digest));
const federation = readFederation(folder);
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&`;

test('mapPage: is one file without script, address or date, and reproducible', () => {
  const page = mapPage(map, federation);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\son\w+=/i);
  expect(page).toContain(`default-src 'none'`);
  expect(mapPage(exchangeMap(openWorkspace(folder, digest)), federation)).toBe(page);
});

test('mapPage: escapes a hostile name or reason', () => {
  const rename = (org: OrgId): OrgId => (org === 'europol' ? (HOSTILE as OrgId) : org);
  const hostile = {
    ...map,
    organisations: map.organisations.map(rename),
    cells: map.cells.map((cell) => ({ ...cell, from: rename(cell.from), to: rename(cell.to) })),
    summary: map.summary.map((one) => ({ ...one, org: rename(one.org) })),
    reasons: Object.fromEntries(Object.keys(map.reasons).map((id) => [id, HOSTILE])),
    faults: [HOSTILE],
  };
  const { name, ...facts } = Object.values(federation.organisations)[0] ?? expect.fail();
  const named = { ...facts, name: `${HOSTILE}${name}`, seat: HOSTILE };
  const page = mapPage(hostile, { federation: HOSTILE, organisations: { [HOSTILE]: named } });
  expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/i);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('mapPage: every link has a target on the page', () => {
  const page = mapPage(map, federation);
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(378);
  expect(links.filter((link) => !link.startsWith('#') || !ids.has(link.slice(1)))).toEqual([]);
});
