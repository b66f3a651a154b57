import type { Detail } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json-object.js';
import { readYaml } from '../../kernel/yaml-file.js';
import { readExample } from '../workspace.js';
import { type Case, type CaseFile, parseCases } from './case-file.js';
import { type IdleName, merge, caseRecipients, unmatchedNames } from './cases.js';

interface CasesOf {
  /** An organisation, or `federation`. */
  readonly owner: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Finds what no rule of the file's owner can make fail: cases that test the rules of another organisation, expectations
 * about what is no recipient of the case, and `deny` for a recipient that gets the notice under no rules. The file must
 * have no other fault.
 */
export function idleExpectations(
  { owner, path, text }: CasesOf,
  members: readonly string[],
): readonly Detail[] {
  const file = parseCases(path, text);
  const yaml = readYaml(path, text);
  return file.cases.flatMap((test, index) => {
    const foreign = foreignLayer(owner, test);
    if (foreign !== undefined) return [{ path: test.place, message: foreign }];
    const recipients = caseRecipients(owner, test, members);
    const at = ['cases', index, 'expect'];
    const idle = [...unmatchedNames(test, recipients), ...deniedWithoutRules(file, test, recipients)];
    return idle.map(({ name, message }) => ({ path: yaml.placeOfName(at, name), message }));
  });
}

/** Says whose rules a case of a member tests instead of its own; undefined when it tests its own. */
function foreignLayer(owner: string, { from, layer }: Case): string | undefined {
  if (owner === 'federation') return undefined;
  if (from !== owner && layer === 'export')
    return `the case tests the export of \`${from}\`, and no rule of \`${owner}\``;
  if (from === owner && layer === 'import')
    return `the case tests what others import, and no rule of \`${owner}\``;
  return undefined;
}

/** Finds each `deny` whose recipients are all excluded or not addressed: the rules are not asked about them. */
function deniedWithoutRules(
  { notices }: CaseFile,
  { notice: name, expect }: Case,
  recipients: readonly string[],
): readonly IdleName[] {
  const notice = notices[name];
  const { addressees, excluded } = merge(
    (notice && readExample(notice.example)?.header) ?? {},
    notice?.header ?? {},
  ) as JsonObject;
  const becauseOf = (recipient: string): string | undefined => {
    if (Array.isArray(excluded) && excluded.includes(recipient)) return 'excluded';
    return Array.isArray(addressees) && !addressees.includes(recipient) ? 'not-addressed' : undefined;
  };
  return Object.entries(expect).flatMap(([named, expectation]) => {
    if (expectation !== 'deny') return [];
    const meant = named === 'others' ? recipients.filter((each) => !(each in expect)) : [named];
    const reasons = new Set(meant.map(becauseOf));
    const [because] = reasons;
    if (because === undefined || reasons.has(undefined)) return [];
    const message = `\`deny\` asks no rule: the notice is ${because === 'excluded' ? 'not for' : 'not addressed to'} \`${named}\`; write \`{ because: ${because} }\``;
    return [{ name: named, message }];
  });
}
