import { describe } from 'vitest';
import { testSmoke } from './smoke.js';

describe('smoke: a federation of seven organisations for 40 s', () => testSmoke(process.execPath));
