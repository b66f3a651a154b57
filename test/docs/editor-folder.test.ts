import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { CONDITION_WORDS } from '../../services/shared/workbench/complete/complete-condition.js';
import { HEAD_WORDS } from '../../services/shared/workbench/complete/complete-head.js';
import { VARIABLES } from '../../services/shared/workbench/complete/expression-type.js';

interface Pattern {
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
}

const read = (path: string): string => readFileSync(join(projectRoot, 'scripts/editor', path), 'utf8');
const { patterns } = JSON.parse(read('vscode/cedar.tmLanguage.json')) as { patterns: readonly Pattern[] };

describe('scripts/editor', () => {
  test('the colours of VS Code know every word that completion offers', () => {
    const rules = patterns.flatMap(({ match }) => (match === undefined ? [] : [new RegExp(match)]));
    const words = [...Object.keys(HEAD_WORDS), ...VARIABLES, ...CONDITION_WORDS, '.contains'];
    const uncoloured = words.filter((word) => {
      // A method has a colour of its own after a dot only.
      const written = /^contains|^isEmpty/.test(word) ? `.${word}` : word;
      return !rules.some((rule) => rule.exec(written)?.[0] === written);
    });
    expect(words.length).toBeGreaterThan(15);
    expect(uncoloured).toEqual([]);
  });

  test('every file that the extension of VS Code names is there', () => {
    const { main, contributes } = JSON.parse(read('vscode/package.json')) as {
      readonly main: string;
      readonly contributes: {
        readonly languages: readonly { readonly configuration: string }[];
        readonly grammars: readonly { readonly path: string }[];
      };
    };
    const named = [
      main,
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path }) => path),
    ];
    expect(named.map((path) => read(join('vscode', path)).length > 0)).toEqual([true, true, true]);
  });

  test('each page starts the verb `policy lsp`', () => {
    const page = read('README.md');
    for (const editor of ['Neovim', 'Helix']) {
      const section = page.split(`## ${editor}\n`)[1]?.split('\n## ')[0] ?? '';
      expect(section, editor).toMatch(/['"]policy['"], ['"]lsp['"]/);
    }
    expect(read('vscode/extension.js')).toContain("['policy', 'lsp']");
  });
});
