import { answerParent, type WithScratch } from '../../../shared/workbench/child/answer-parent.js';
import { withEdits } from '../../../shared/workbench/child/copy-with-edits.js';
import { type FolderToRead, readOwners } from './owner-files.js';

// A copy, so that the checked files are those that are released.
answerParent((question: WithScratch<FolderToRead>) =>
  withEdits(question, [], (folder) => readOwners({ ...question, folder })),
);
