import { answerParent, type WithScratch } from '../../../shared/workbench/child/answer-parent.js';
import { withEdits } from '../../../shared/workbench/child/copy-with-edits.js';
import { formatRules } from '../../../shared/workbench/print/format-rules.js';
import { type AnalysisQuestion, analyse, effectsIn } from './analysis.js';

answerParent(async (question: WithScratch<AnalysisQuestion>) => {
  switch (question.what) {
    case 'check':
      return withEdits(question, question.edits, analyse);
    case 'effects':
      return withEdits(question, question.edits, effectsIn);
    case 'format':
      return formatRules(question.file);
  }
});
