import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hubWords } from '../../../services/cli/org/spoken-words.js';
import { readFederation } from '../../../services/cli/init/home-directory.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { typeInto } from '../../support/processes/terminal.js';
import { hubAdmits, makeSite } from './admit-site.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-typed-words-'));
const [hub, site] = [homeAt(join(folder, 'hub')), homeAt(join(folder, 'site'))];
const welcome = join(folder, 'welcome.json');
let words: string;
beforeAll(async () => {
  const request = await makeSite(site);
  await hubAdmits(hub, request, welcome);
  const { federation } = readFederation();
  words = hubWords({ root: readAnchor(hub).x, federation, url: request.hub });
});
const TIMEOUT_MS = 20_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ASKS = /a person at the hub reads out \(nothing to stop\):/;
const OTHER = 'legal winner thank year wave sausage worth useful';

/** Types these lines at the questions of `org accept`. */
const accept = (...lines: readonly string[]) =>
  typeInto(`scripts/liaison org accept ${welcome} --home ${site.root}`, {
    env: { ...process.env, NO_COLOR: '1' },
    question: ASKS,
    lines,
  });

describe('the words that a person reads out', () => {
  test(
    'are not shown before they are typed, and an empty answer stops',
    async () => {
      const { shown, code } = await accept('');
      expect(shown).toMatch(/type the eight words/);
      expect(shown).not.toContain(words);
      expect([code, existsSync(site.welcome)]).toEqual([1, false]);
    },
    TIMEOUT_MS,
  );

  test(
    'are refused after three other ones',
    async () => {
      const { shown, code } = await accept(OTHER, OTHER, OTHER);
      expect(shown.match(/these are not the words of this file/g)).toHaveLength(2);
      expect(shown).toContain('digest-mismatch');
      expect(shown).not.toContain(words);
      expect([code, existsSync(site.welcome)]).toEqual([1, false]);
    },
    TIMEOUT_MS,
  );

  test(
    'are taken after a mistake, whatever their case',
    async () => {
      const { shown, code } = await accept(OTHER, words.toUpperCase());
      expect({ shown, code }).toMatchObject({ code: 0 });
      expect(shown).toContain(`its words: ${words}`);
      expect(existsSync(site.welcome)).toBe(true);
    },
    TIMEOUT_MS,
  );
});
