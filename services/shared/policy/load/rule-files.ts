import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { type Layer, setName } from '../engine.js';
import { readText, type ReadText } from '../../kernel/read-text.js';
import type { Rule, RuleFault } from '../rule.js';

/** The file of a set: `europol/export` is in `europol/export.cedar`. */
interface RuleFilePlace {
  readonly name: string;
  readonly layer: Layer;
  /** The organisation that writes the rules; undefined for the federation's. */
  readonly owner?: OrgId;
  readonly path: string;
}

/** Returns the rule files that a folder must hold for these members, the federation's first. */
export function ruleFiles(members: readonly OrgId[]): readonly RuleFilePlace[] {
  const own = members.flatMap((owner) =>
    (['export', 'import'] as const).map((layer) => {
      const name = setName(layer, owner);
      return { name, layer, owner, path: `${name}.cedar` };
    }),
  );
  return [{ name: 'federation', layer: 'federation', path: 'federation/rules.cedar' }, ...own];
}

/**
 * Returns the text of a file of the folder; undefined when there is none. Throws `policy-missing` when it cannot be
 * read, and `policy-invalid` with the place when it is not UTF-8.
 */
export function readTextOrThrow(folder: string, path: string): string | undefined {
  return textOrThrow(readText(folder, path));
}

/** Returns the text of a file that was read; throws as `readTextOrThrow` does. */
export function textOrThrow(read: ReadText): string | undefined {
  switch (read.type) {
    case 'text':
      return read.text;
    case 'absent':
      return undefined;
    case 'unreadable':
    case 'bytes': {
      const { fault } = read;
      const code = read.type === 'bytes' ? 'policy-invalid' : 'policy-missing';
      throw fail(code, `${fault.path}: ${fault.message}`, [fault]);
    }
  }
}

/**
 * Finds ids that two rules share. An id is unique over all sets: decisions, cases and approvals name rules by it alone.
 */
export function duplicateIds(rules: readonly Rule[]): readonly RuleFault[] {
  const first = new Map<string, string>();
  return rules.flatMap(({ id, place }) => {
    const before = first.get(id);
    if (id !== '' && before !== undefined) {
      return [{ code: 'duplicate-id', path: place, message: `the id \`${id}\` is taken: see ${before}` }];
    }
    first.set(id, place);
    return [];
  });
}
