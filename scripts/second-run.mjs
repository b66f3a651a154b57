// @ts-check
// The second run of test files that failed: alone, after all others. See docs/adr/0037.
import { relative } from 'node:path';

/**
 * The parts of a JSON report of vitest that are used here.
 * @typedef {object} TestResult
 * @property {string} fullName
 * @property {string} status `passed`, `failed`, `pending`, `skipped` or `todo`.
 * @property {{enable?: string}} [meta]
 * @property {readonly string[]} [tags]
 * @typedef {object} FileResult
 * @property {string} name The path of the file.
 * @property {string} status `failed` also when a hook failed.
 * @property {readonly TestResult[]} assertionResults
 * @typedef {object} Report
 * @property {readonly FileResult[]} testResults
 */

/** If more files than these failed, none runs again: so many do not fail by an unusual order of events. */
const MAX_REPEATED_FILES = 3;

/** @param {Report} report */
const failedIn = ({ testResults }) => testResults.filter(({ status }) => status === 'failed');

/**
 * Returns the paths of the files that run again: those that failed, or none if they are too many.
 * @param {Report} report
 */
export function filesToRepeat(report) {
  const failed = [...new Set(failedIn(report).map(({ name }) => name))];
  return failed.length > MAX_REPEATED_FILES ? [] : failed;
}

/**
 * Returns the files of which tests ran. A report has a file once for each project that runs it.
 * @param {Report} report
 */
const namesIn = ({ testResults }) =>
  new Set(testResults.filter((file) => file.assertionResults.length > 0).map(({ name }) => name));

/**
 * Replaces the results of files by those of their second run. A file of which no test ran there keeps those of its first.
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
 * Counts the tests of a report. A skipped test with the tag `leftOut` is not counted: its tier does not run such tests.
 * @param {Report} report @param {string} [leftOut]
 */
export function countTests({ testResults }, leftOut) {
  /** @param {TestResult} test */
  const isLeftOut = ({ status, tags = [] }) => status === 'skipped' && tags.some((tag) => tag === leftOut);
  const tests = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => !isLeftOut(test));
  /** @param {readonly string[]} statuses */
  const count = (statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
  const passed = count(['passed']);
  const failed = count(['failed']);
  return { passed, failed, skipped: tests.length - passed - failed };
}
