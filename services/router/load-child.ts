import { answerLoad } from '../shared/policy/load/child-loader.js';
import { digest } from '../shared/trust/digest.js';

answerLoad(digest);
