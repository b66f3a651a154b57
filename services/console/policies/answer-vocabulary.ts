import { readSchema } from '../../shared/policy/cedar/read-schema.js';
import { readFacts } from '../../shared/policy/facts.js';
import { readTextOrThrow, ruleFiles } from '../../shared/policy/load/rule-files.js';
import { readRules } from '../../shared/policy/rule.js';
import { SCHEMA_FILE } from '../../shared/policy/schema.js';
import { readVocabulary } from '../../shared/workbench/complete/read-vocabulary.js';
import type { Vocabulary } from '../../shared/workbench/complete/vocabulary.js';
import type { WorkbenchRequest } from './request.js';

/**
 * Returns what rules of the folder may name. An organisation's author sees the obligations of its own rules and of the
 * federation's only.
 */
export function vocabulary(copy: string, { org }: WorkbenchRequest): Vocabulary {
  const facts = readFacts(copy);
  const schema = readSchema(readTextOrThrow(copy, SCHEMA_FILE), facts);
  const files = ruleFiles([...facts.organisations.keys()]).filter(
    ({ owner }) => org === null || owner === undefined || owner === org,
  );
  const rules = files.flatMap(({ path }) => {
    const text = readTextOrThrow(copy, path) ?? '';
    return readRules({ path, text }, schema).rules;
  });
  return readVocabulary(schema, rules);
}
