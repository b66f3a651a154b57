import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASE_TEXT, EXPORT_RULES, smallFolder } from './small-folder.js';
import { type Editor, placeAfter, startLanguageServer } from './start-language-server.js';

const EXPORT = 'alfa/export.cedar';
const CASES = 'alfa/cases.yaml';
const NONE = (shown: readonly unknown[]): boolean => shown.length === 0;
const SOME = (shown: readonly unknown[]): boolean => shown.length > 0;

describe('language server of `policy lsp`, driven over stdio', () => {
  let folder: string;
  let editor: Editor;
  beforeAll(async () => {
    folder = smallFolder();
    editor = await startLanguageServer(folder);
    await editor.open(EXPORT);
    await editor.open(CASES);
  });
  afterAll(() => {
    editor?.process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a misspelt word of an unsaved text is marked where it is, in UTF-16 units, and no longer once it is right', async () => {
    const before = 'when { "👮" == "" || ';
    await editor.change(
      EXPORT,
      EXPORT_RULES.replace(
        'when { principal',
        `${before}[Kind::"redd"].contains(resource.kind) || principal`,
      ),
    );
    const [found] = await editor.diagnostics(EXPORT, SOME);
    expect(found).toMatchObject({ severity: 1, code: 'unknown-word', source: 'liaison' });
    expect(found?.message).toContain('did you mean `red`');
    const start = { line: 3, character: before.length + 1 };
    expect(found?.range).toEqual({ start, end: { line: 3, character: start.character + 12 } });
    await editor.change(EXPORT, EXPORT_RULES);
    await editor.diagnostics(EXPORT, NONE);
  });

  test('an unsaved file of cases is checked against the unsaved rules', async () => {
    await editor.change(CASES, CASE_TEXT.replace('[alf-export-04-blue]', '[alf-export-05-blue]'));
    const [found] = await editor.diagnostics(CASES, SOME);
    expect(found?.message).toContain('did you mean `alf-export-04-blue`');
    await editor.change(EXPORT, EXPORT_RULES.replace('alf-export-04-blue', 'alf-export-05-blue'));
    await editor.diagnostics(CASES, NONE);
    await editor.change(CASES, CASE_TEXT);
    await editor.change(EXPORT, EXPORT_RULES);
  });

  test('the line above a rule says what the rule alone opens or closes, and how many cases name it', async () => {
    const lenses = await editor.lenses(EXPORT);
    expect(lenses).toEqual([
      '1: opens 7 routes, 1 case',
      '6: opens sections on 7 routes, 1 case',
      '11: withholds sections on 1 route, 0 cases',
      '19: closes 1 route, 1 case',
    ]);
  });

  test('completion offers attributes, words of the schema and members of the directory', async () => {
    const labels = async (end: string): Promise<readonly string[]> => {
      const text = `${EXPORT_RULES}permit (principal, action == Action::"disclose", resource)\nwhen { ${end}`;
      await editor.change(EXPORT, text);
      const items = await editor.complete(EXPORT, placeAfter(text, `when { ${end}`));
      return items.map(({ label }) => label);
    };
    expect(await labels('resource.evaluation.')).toEqual(['information', 'source']);
    expect(await labels('resource.kind == Kind::"pur')).toContain('purple');
    expect(await labels('principal.agreements.contains(OrgId::"')).toEqual(['alfa', 'bravo']);
    expect(await labels('principal.groups.contains(')).toContain('Group::"sea"');
    expect(await labels('context.')).toEqual(['section']);
    await editor.change(EXPORT, EXPORT_RULES);
  });

  test('hover shows a rule in the words of `policy doc`, the type of an attribute and the meaning of a word', async () => {
    const rule = await editor.hover(EXPORT, placeAfter(EXPORT_RULES, '@id("alf-export-01'));
    expect(rule).toContain('**alfa, export, 1** (`alf-export-01-partners`)');
    expect(rule).toContain('* when the recipient has an agreement with alfa');
    const attribute = await editor.hover(EXPORT, placeAfter(EXPORT_RULES, 'resource.evaluation.sour'));
    expect(attribute).toContain('resource.evaluation.source: Source');
    expect(attribute).toContain('the evaluation of the source');
    expect(await editor.hover(EXPORT, placeAfter(EXPORT_RULES, 'Source::"X'))).toContain(
      'cannot be assessed',
    );
    expect(await editor.hover(CASES, placeAfter(CASE_TEXT, '[alf-export-04'))).toContain('alfa, export, 4');
  });

  test('the id of a rule leads to the cases that name it, and an id in a case to its rule', async () => {
    const places = await editor.definition(EXPORT, placeAfter(EXPORT_RULES, '@id("alf-export-04'));
    expect(places).toEqual(['alfa/cases.yaml:16:23']);
    const rules = await editor.definition(CASES, placeAfter(CASE_TEXT, '[alf-export-04'));
    expect(rules).toEqual(['alfa/export.cedar:19:1']);
  });

  test('formatting gives the text of `policy fmt`, and leaves a text that does not parse', async () => {
    await editor.change(EXPORT, EXPORT_RULES.replaceAll('permit (principal, ', 'permit(principal,'));
    expect(await editor.format(EXPORT)).toBe(EXPORT_RULES);
    await editor.change(EXPORT, `${EXPORT_RULES}\npermit (`);
    expect(await editor.format(EXPORT)).toBe(`${EXPORT_RULES}\npermit (`);
  });

  test('300 nested brackets are a finding, and the next text is checked as before', async () => {
    const nested = `${'('.repeat(300)}true${')'.repeat(300)}`;
    await editor.change(EXPORT, EXPORT_RULES.replace('when { principal', `when { ${nested} && principal`));
    await editor.diagnostics(EXPORT, (shown) => shown.some(({ code }) => code === 'invalid'));
    await editor.change(EXPORT, EXPORT_RULES.replace('Kind::"blue"', 'Kind::"bleu"'));
    await editor.diagnostics(EXPORT, (shown) => shown.some(({ code }) => code === 'unknown-word'));
  });

  test('a text of more than 256 Ki characters is not analysed, and says so', async () => {
    await editor.change(EXPORT, `${EXPORT_RULES}\n//${'x'.repeat(256 * 1024)}`);
    await editor.diagnostics(EXPORT, (shown) =>
      shown.some(({ message }) => String(message).includes('not checked while it is open')),
    );
    expect(await editor.complete(EXPORT, { line: 0, character: 0 })).toEqual([]);
    await editor.change(EXPORT, EXPORT_RULES);
  });

  test('a file that changes on disk is checked again', async () => {
    const path = join(folder, 'bravo/export.cedar');
    writeFileSync(path, readFileSync(path, 'utf8').replace('@reason', '@reasn'));
    await editor.diagnostics('bravo/export.cedar', SOME);
  });

  test('closing the last file clears every finding, `shutdown` ends the process with 0, and stderr is empty', async () => {
    await editor.closeFile(CASES);
    await editor.closeFile(EXPORT);
    await editor.diagnostics('bravo/export.cedar', NONE);
    expect(await editor.close()).toBe(0);
    expect(editor.stderr()).toBe('');
  });
});
