import { answerLoad } from '../shared/policy/load/answer-load.js';
import { digest } from '../shared/trust/digest.js';

answerLoad(digest);
