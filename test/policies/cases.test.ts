import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCases } from '../../services/shared/workbench/cases/case-file.js';
import { createCaseRunner } from '../../services/shared/workbench/cases/cases.js';
import { createCedarSlots } from '../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../services/shared/policy/compiled-engine.js';
import { example, facts, folder, load } from './sample.js';

const sets = load();
const engine = createCompiledEngine(sets, createCedarSlots());

describe.each(['federation', ...facts.organisations.keys()])('policies/%s/cases.yaml', (owner) => {
  const path = `${owner}/cases.yaml`;
  test('exists', () => expect(existsSync(`${folder}${path}`)).toBe(true));
  const file = parseCases(path, readFileSync(`${folder}${path}`, 'utf8'));
  const run = createCaseRunner(owner, { engine, sets, directory: facts, example });
  test.each(file.cases)('case: $name', (each) => expect(run(each, file).failures).toEqual([]));
});
