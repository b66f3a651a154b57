// @ts-check
// The second run of test files that failed: alone, after all others. See docs/adr/0037.
import { relative } from 'node:path';

/**
 * The parts of a JSON report of vitest that are used here.
 * @typedef {object} TestResult
 * @property {string} fullName
 * @property {string} status `passed`, `failed`, `pending`, `skipped` or `todo`.
 * @property {{enable?: string}} [meta]
 * @typedef {object} FileResult
 * @property {string} name The path of the file.
 * @property {string} status `failed` also when a hook failed.
 * @property {readonly TestResult[]} assertionResults
 * @typedef {object} Report
 * @property {readonly FileResult[]} testResults
 */

/** More failed files than these are no accident of time: none runs again. */
const MOST_FILES = 3;

/** @param {Report} report */
const failedIn = ({ testResults }) => testResults.filter(({ status }) => status === 'failed');

/**
 * Returns the paths of the files that run again: none if nothing failed, or too much.
 * @param {Report} report
 */
export function filesToRepeat(report) {
  const failed = [...new Set(failedIn(report).map(({ name }) => name))];
  return failed.length > MOST_FILES ? [] : failed;
}

/** @param {Report} report The files that have results: a file has several if several projects run it. */
const namesIn = ({ testResults }) =>
  new Set(testResults.filter((file) => file.assertionResults.length > 0).map(({ name }) => name));

/**
 * Replaces the results of files by those of their second run. A file without tests there keeps those of the first.
 * @param {Report} first @param {Report} second @returns {Report}
 */
export function withSecondRun(first, second) {
  const again = namesIn(second);
  return {
    testResults: [
      ...first.testResults.filter(({ name }) => !again.has(name)),
      ...second.testResults.filter(({ name }) => again.has(name)),
    ],
  };
}

/**
 * Returns the tests that failed in the first run and passed in the second, as `<file> > <title>`; a file alone when its hook failed.
 * @param {Report} first @param {Report} second @param {string} root
 */
export function unsteadyTests(first, second, root) {
  const passed = namesIn(second);
  for (const { name } of failedIn(second)) passed.delete(name);
  return failedIn(first)
    .filter(({ name }) => passed.has(name))
    .flatMap(({ name, assertionResults }) => {
      const file = relative(root, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      return failed.length === 0 ? [file] : failed.map(({ fullName }) => `${file} > ${fullName}`);
    });
}

/**
 * Counts the tests of a report.
 * @param {Report} report
 */
export function countTests({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  /** @param {readonly string[]} statuses */
  const count = (statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
  const passed = count(['passed']);
  const failed = count(['failed']);
  return { passed, failed, skipped: tests.length - passed - failed };
}
