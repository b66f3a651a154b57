import { type Detail, errorFrom, isCode } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import { SECTIONS } from '../../notice/kinds.js';
import { type Case, type CaseFile, type Expectation, parseCases } from './case-file.js';
import { merge } from './cases.js';
import type { Rule } from '../../policy/rule.js';
import { exampleNames } from '../workspace.js';
import { readYaml, type YamlPath, type YamlFile } from '../../kernel/yaml-file.js';
import { shapeWhenUsed, shapeFaults } from '../yaml/yaml-shape.js';

/** The names that a case may use. */
export interface CaseWords {
  readonly members: readonly string[];
  /** Undefined when some rule cannot be read: ids and obligations are not checked then. */
  readonly rules: readonly Pick<Rule, 'id' | 'obligation'>[] | undefined;
}

/**
 * Checks `cases.yaml`: its shape, its headers, and that every organisation, example, section, rule and obligation in it
 * exists.
 */
export function checkCases(file: { path: string; text: string }, words: CaseWords): readonly Detail[] {
  try {
    const cases = parseCases(file.path, file.text);
    const yaml = readYaml(file.path, file.text);
    return [...headerFaults(yaml, cases), ...namesIn(cases).flatMap(faultOf(yaml, words))];
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid')) throw thrown;
    return errorFrom(thrown).details;
  }
}

/** A header patch may be partial: only its own fields are checked, and null removes a field. */
const headerShape = shapeWhenUsed({ $ref: 'draft.schema.json#/properties/header' });

function headerFaults(yaml: YamlFile, { notices }: CaseFile): readonly Detail[] {
  const isHeader = headerShape();
  return Object.entries(notices).flatMap(([name, { header = {} }]) => {
    isHeader(merge({}, header));
    const errors = (isHeader.errors ?? []).filter(({ keyword }) => keyword !== 'required');
    return shapeFaults(yaml, errors, ['notices', name, 'header']);
  });
}

interface NamedWord {
  readonly at: YamlPath;
  readonly what: 'organisation' | 'example' | 'section' | 'rule' | 'obligation';
  readonly word: string;
  /** True for the name of a field instead of a value. */
  readonly isField?: boolean;
}

function namesIn({ notices, cases }: CaseFile): readonly NamedWord[] {
  const ofNotices = Object.entries(notices).flatMap(([name, notice]): readonly NamedWord[] => {
    const at = ['notices', name];
    return [
      { at: [...at, 'example'], what: 'example', word: notice.example },
      ...['addressees', 'excluded', 'consents'].flatMap((field) =>
        listed([...at, 'header', field], 'organisation', listIn(notice.header?.[field])),
      ),
      ...listed([...at, 'sections'], 'section', notice.sections),
    ];
  });
  return [...ofNotices, ...cases.flatMap(namesInCase)];
}

function namesInCase({ from, expect }: Case, index: number): readonly NamedWord[] {
  const at = ['cases', index];
  const expected = Object.entries(expect).flatMap(([word, expectation]): readonly NamedWord[] => [
    ...(word === 'others'
      ? []
      : [{ at: [...at, 'expect', word], what: 'organisation', word, isField: true } as const]),
    ...namesInExpectation([...at, 'expect', word], expectation),
  ]);
  return [{ at: [...at, 'from'], what: 'organisation', word: from }, ...expected];
}

function namesInExpectation(at: YamlPath, expectation: Expectation): readonly NamedWord[] {
  if (typeof expectation === 'string' || 'because' in expectation) return [];
  if ('deny' in expectation) return listed([...at, 'deny'], 'rule', expectation.deny);
  const { sections, advertised, rules, obligations } = expectation;
  return [
    ...listed([...at, 'sections'], 'section', sections),
    ...listed([...at, 'advertised'], 'section', advertised),
    ...listed([...at, 'rules'], 'rule', rules),
    ...listed([...at, 'obligations'], 'obligation', obligations),
  ];
}

function listIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listed(at: YamlPath, what: NamedWord['what'], words: readonly string[] = []): readonly NamedWord[] {
  return words.map((word, index) => ({ at: [...at, index], what, word }));
}

function faultOf(yaml: YamlFile, { members, rules }: CaseWords): (named: NamedWord) => readonly Detail[] {
  const vocabulary = {
    organisation: members,
    example: exampleNames(),
    section: SECTIONS,
    rule: rules?.map(({ id }) => id),
    obligation: rules?.flatMap(({ obligation }) => obligation ?? []),
  };
  return ({ at, what, word, isField }) => {
    const words: readonly string[] | undefined = vocabulary[what];
    if (words === undefined || words.includes(word)) return [];
    const path = isField === true ? yaml.placeOfName(at.slice(0, -1), word) : yaml.placeOf(at);
    const meant = isField === true ? [...words, 'others'] : words;
    return [{ path, message: `no ${what} \`${word}\`${didYouMean(word, meant)}` }];
  };
}
