import { answerLoad } from '../shared/policy/answer-load.js';
import { digest } from '../shared/trust/digest.js';

answerLoad(digest);
