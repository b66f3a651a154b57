import { answerParent } from '../../shared/workbench/child/answer-parent.js';
import { answerQuestion } from './answer.js';

answerParent(answerQuestion);
