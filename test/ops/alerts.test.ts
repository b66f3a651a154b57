import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { VERBS } from '../../services/cli/verb-table.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { answers, describeWhere } from '../support/needs.js';
import { ALERT_CASES, type AlertCase } from './alert-cases.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const OPS = join(projectRoot, 'scripts/ops');
const { groups } = parse(readFileSync(join(OPS, 'alerts.yml'), 'utf8')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap(({ rules: some }) => some);
const hasPromtool = answers('promtool', ['--version']);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-alerts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What promtool says of one command; throws with its words when it is not content. */
const promtool = (...words: readonly string[]): string =>
  execFileSync('promtool', words, { encoding: 'utf8', stdio: 'pipe' });

type Side = keyof AlertCase;

/** A unit test of promtool: after twenty-five minutes of the series of these alarms each of them is on, or is off. */
function unit(
  alerts: readonly string[],
  { side, isOn }: { readonly side: Side; readonly isOn: boolean },
): object {
  const series = alerts.flatMap((alert) => Object.entries(ALERT_CASES[alert]?.[side] ?? {}));
  return {
    name: side,
    interval: '10s',
    input_series: series.map(([name, values]) => ({ series: name, values })),
    promql_expr_test: alerts.map((alert) => ({
      expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: '25m',
      exp_samples: isOn ? [{ labels: '{}', value: 1 }] : [],
    })),
  };
}

function runUnits(tests: readonly object[]): string {
  const path = join(folder, 'units.yml');
  const files = { rule_files: [join(OPS, 'alerts.yml')], evaluation_interval: '30s', tests };
  writeFileSync(path, stringify(files));
  return promtool('test', 'rules', path);
}

describeWhere(hasPromtool, 'the alarms: `apt install prometheus` brings promtool')('alarms', () => {
  test('configuration and rules are sound', () => {
    expect(promtool('check', 'rules', join(OPS, 'alerts.yml'))).toContain(`${rules.length} rules found`);
    expect(promtool('check', 'config', join(OPS, 'prometheus.yml'))).toContain('SUCCESS');
  });

  test('each is raised by the numbers that it is for, and by no others', () => {
    expect(Object.keys(ALERT_CASES).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
    const all = Object.keys(ALERT_CASES);
    const units = [unit(all, { side: 'bad', isOn: true }), unit(all, { side: 'good', isOn: false })];
    expect(runUnits(units)).toContain('SUCCESS');
  });

  test('negative control: an alarm that should be on and is not fails, and so does one that is on', () => {
    expect(() => runUnits([unit(['LiaisonDown'], { side: 'good', isOn: true })])).toThrow(/FAILED/);
    expect(() => runUnits([unit(['LiaisonDown'], { side: 'bad', isOn: false })])).toThrow(/FAILED/);
  });

  test('each says what is wrong, the line to begin with, and what to know before', () => {
    const verbs = VERBS.map(({ name }) => name);
    for (const { alert, annotations } of rules) {
      const { summary = '', mend = '', runbook = '' } = annotations;
      expect(summary.length, alert).toBeGreaterThan(20);
      expect(runbook.length, alert).toBeGreaterThan(40);
      const words = mend.replace(/^liaison /, '');
      expect(
        verbs.some((verb) => words === verb || words.startsWith(`${verb} `)),
        `${alert}: ${mend}`,
      ).toBe(true);
    }
  });
});
