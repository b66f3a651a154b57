import { isCode } from '../../../shared/kernel/errors.js';
import { MAX_MEMBERS, type OrgId } from '../../../shared/kernel/ids.js';
import { readSchema } from '../../../shared/policy/cedar/read-schema.js';
import { readFacts } from '../../../shared/policy/facts.js';
import { ruleFiles } from '../../../shared/policy/load/rule-files.js';
import { readText } from '../../../shared/kernel/read-text.js';
import { type PlacedRule, readRules, type RuleFile } from '../../../shared/policy/rule.js';
import { type Schema, SCHEMA_FILE } from '../../../shared/policy/schema.js';
import { digest } from '../../../shared/trust/digest.js';
import { parseFederation } from '../../../shared/trust/directory-source.js';
import { type RuleNamedByCase, rulesNamedByCases } from '../../../shared/workbench/cases/cases-of-rules.js';
import { checkFolder } from '../../../shared/workbench/check/check-folder.js';
import { foldersIn } from '../../../shared/workbench/check/check-stray.js';
import type { Finding } from '../../../shared/workbench/check/finding.js';
import type { Edit } from '../../../shared/workbench/child/copy-with-edits.js';
import { readVocabulary } from '../../../shared/workbench/complete/read-vocabulary.js';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';
import { type RuleEffect, ruleEffects } from '../../../shared/workbench/map/rule-effects.js';
import { documentedRule } from '../../../shared/workbench/print/policy-document.js';
import { openWorkspace } from '../../../shared/workbench/workspace.js';
import { ruleMarkdown } from '../doc/doc-markdown.js';

/** A question to the child process. Folder and edits are those of `withEdits`. */
export type AnalysisQuestion =
  | { readonly what: 'check' | 'effects'; readonly folder: string; readonly edits: readonly Edit[] }
  | { readonly what: 'format'; readonly file: RuleFile };

/** A rule of the folder. */
export interface AnalysedRule {
  readonly id: string;
  /** `europol/export.cedar:12:1`. */
  readonly place: string;
  /** In the words of `policy doc`, as Markdown. */
  readonly words: string;
}

/** The analysis of a folder with the edits of open files. */
export interface FolderAnalysis {
  readonly findings: readonly Finding[];
  /** Undefined while the schema or the directory cannot be read. */
  readonly vocabulary: Vocabulary | undefined;
  readonly rules: readonly AnalysedRule[];
  readonly named: readonly RuleNamedByCase[];
}

/** The effect of each rule by its id; empty while the folder does not load. */
export type RuleEffects = Readonly<Record<string, RuleEffect | undefined>>;

/** Checks a folder, and reads what completion, hover and definitions need. */
export function analyse(folder: string): FolderAnalysis {
  const today = new Date().toISOString().slice(0, 10);
  const findings = checkFolder(folder, { digest, parseDirectory: parseFederation, today });
  const schema = schemaIn(folder);
  const owners = foldersIn(folder).slice(0, MAX_MEMBERS + 1);
  const sets = ruleFiles(owners.filter((name) => name !== 'federation') as string[] as OrgId[]);
  const rules = sets.flatMap(({ path, layer, owner }) => {
    const title = owner === undefined ? layer : `${owner}, ${layer}`;
    return textsOf(folder, path).map((file) => ({ title, rules: readRules(file, schema).rules }));
  });
  const all = rules.flatMap((set) => set.rules);
  return {
    findings,
    vocabulary: schema && readVocabulary(schema, all),
    rules: rules.flatMap((set) => set.rules.map((rule, index) => analysedRule(rule, index, set.title))),
    named: owners.flatMap((owner) =>
      textsOf(folder, `${owner}/cases.yaml`).flatMap(({ path, text }) => rulesNamedByCases(path, text)),
    ),
  };
}

/** Returns a file of the folder; empty when it cannot be read, which `policy check` reports. */
function textsOf(folder: string, path: string): readonly RuleFile[] {
  const read = readText(folder, path);
  return read.type === 'text' ? [{ path, text: read.text }] : [];
}

function analysedRule(rule: PlacedRule, index: number, title: string): AnalysedRule {
  return { id: rule.id, place: rule.place, words: ruleMarkdown(documentedRule(rule, index), title) };
}

function schemaIn(folder: string): Schema | undefined {
  const [file] = textsOf(folder, SCHEMA_FILE);
  try {
    return readSchema(file?.text, readFacts(folder));
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid', 'policy-missing', 'config-invalid')) throw thrown;
    return undefined;
  }
}

/** Computes what each rule alone decides; empty when the folder does not load. */
export function effectsIn(folder: string): RuleEffects {
  try {
    return ruleEffects(openWorkspace(folder, digest));
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid', 'config-invalid')) throw thrown;
    return {};
  }
}
