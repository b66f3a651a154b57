import { readVocabulary } from '../../../../services/shared/workbench/complete/read-vocabulary.js';
import type { Vocabulary } from '../../../../services/shared/workbench/complete/vocabulary.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

let read: Vocabulary | undefined;

/** The vocabulary of the shipped schema, with the three members of `folder.ts`. */
export function vocabulary(): Vocabulary {
  return (read ??= readVocabulary(workspaceOfRules().sets.schema, [{ obligation: 'known-obligation' }]));
}
