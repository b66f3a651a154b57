import { describe, expect, test } from 'vitest';
import { documentPage } from '../../../services/cli/policy/doc/doc-html.js';
import { documentMarkdown } from '../../../services/cli/policy/doc/doc-markdown.js';
import type { DocumentedRule } from '../../../services/shared/workbench/print/policy-document.js';
import { load } from '../../policies/sample.js';
import { type Ran, runLine } from './run-line.js';

const doc = (...words: readonly string[]): Promise<Ran> => runLine(['policy', 'doc', ...words]);
const textOf = async (...words: readonly string[]): Promise<string> => (await doc(...words)).stdout;

const CEDAR = /::|&&|\|\||==|!=|\bprincipal\b|\bresource\.|\bcontext\.|\.contains|\bforbid \(|\bpermit \(/;

describe('`policy doc`', () => {
  test('numbers every rule of every set, with its reason, article and obligation', async () => {
    const text = await textOf();
    for (const { name, rules } of load().sets.values()) {
      for (const [index, { id, article, obligation }] of rules.entries()) {
        const entry = text.slice(text.indexOf(`**${name.replace('/', ', ')}, ${index + 1}** (\`${id}\`)`));
        const [words = ''] = entry.split('\n\n**');
        expect(words).toContain(id);
        if (article !== undefined) expect(words).toContain(`* rests on: ${article}`);
        if (obligation !== undefined) expect(words).toContain(`* the recipient takes on: ${obligation}`);
      }
    }
  });

  test('prints the conditions in plain words', async () => {
    expect(await textOf('--org', 'europol')).toContain(
      `**europol, export, 9** (\`eur-export-09-h1-judicial\`): handling code H1: the judicial data stay until the provider permits their use.

* forbids the recipient to receive a section
* when all of these hold:
  * the section is judicial
  * the handling codes include H1
* unless the originator's consent is recorded for the recipient
* rests on: Europol Regulation Art. 19; handling code H1
`,
    );
  });

  test('contains no Cedar, states that the rules are illustrations, and is reproducible', async () => {
    for (const words of [[], ['--html']]) {
      const text = await textOf(...words);
      expect(text).not.toMatch(CEDAR);
      expect(text).toContain('These rules are illustrations');
      expect(await textOf(...words)).toBe(text);
    }
  });

  test('prints the digest of every set', async () => {
    const { digests } = load();
    for (const words of [[], ['--html']]) {
      const text = await textOf(...words);
      expect(Object.values(digests).filter((digest) => !text.includes(digest))).toEqual([]);
    }
  });

  test('prints for one organisation the rules of the federation and its own', async () => {
    expect(JSON.parse(await textOf('--org', 'gccpol', '--json'))).toMatchObject({
      sets: [{ title: 'federation' }, { title: 'gccpol, export' }, { title: 'gccpol, import' }],
    });
    const { code, stderr } = await doc('--org', 'gcpol');
    expect(code).toBe(2);
    expect(stderr).toContain('[organisation-unknown] no organisation `gcpol`, did you mean `gccpol`');
  });

  test('escapes a hostile name, reason or article', () => {
    const hostile = '</p><script>alert(1)</script> **[x](javascript:y)** `|';
    const rule: DocumentedRule = {
      number: 1,
      id: 'x',
      effect: 'permit',
      permissions: ['receive'],
      reason: hostile,
      article: hostile,
      obligation: null,
      when: [hostile],
      unless: [{ join: 'all', parts: [hostile] }],
    };
    const set = {
      title: 'a, export',
      layer: 'export',
      organisation: null,
      digest: 'd',
      rules: [rule],
    } as const;
    const document = { federation: { federation: hostile, organisations: {} }, sets: [set], schema: 's' };
    expect(documentPage(document)).not.toMatch(/<script|<\/p><s/);
    expect(documentPage(document)).toContain('&lt;script&gt;');
    const markdown = documentMarkdown(document);
    expect(markdown).not.toMatch(/(?<!\\)[<[]/);
    expect(markdown).toContain('\\*\\*\\[x\\](javascript:y)\\*\\* \\`\\|');
  });
});
