import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../services/cli/init/free-ports.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { until } from '../support/until.js';
import { answers, describeWhere } from '../support/needs.js';

const OPS = join(projectRoot, 'scripts/ops');
const hasPrometheus = answers('prometheus', ['--version']);

interface Panel {
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const dashboard = JSON.parse(readFileSync(join(OPS, 'grafana.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

let folder: string;
let url: string;
let federation: TestFederation;
let prometheus: ChildProcess;

/** Writes the shipped configuration beside the targets of `up`, with a shorter scrape interval. */
function configure(): string {
  const text = readFileSync(join(OPS, 'prometheus.yml'), 'utf8').replaceAll(/interval: 10s/g, 'interval: 3s');
  const path = join(folder, 'prometheus.yml');
  writeFileSync(path, text);
  copyFileSync(join(OPS, 'alerts.yml'), join(folder, 'alerts.yml'));
  copyFileSync(federation.home.targets, join(folder, 'targets.json'));
  return path;
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const { status, data, error } = (await response.json()) as {
    readonly status: string;
    readonly data: T;
    readonly error?: string;
  };
  if (status !== 'success') throw new Error(`${path}: ${error}`);
  return data;
}

const query = async (
  expr: string,
): Promise<readonly { readonly metric: Readonly<Record<string, string>> }[]> =>
  (
    await ask<{ readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[] }>(
      `query?query=${encodeURIComponent(expr)}`,
    )
  ).result;

describeWhere(hasPrometheus, 'a real Prometheus on a running federation: `apt install prometheus`')(
  'a federation monitored by Prometheus',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'liaison-prometheus-'));
      federation = await startFederation({ words: ['--rate', '10'] });
      const [port = 0] = await freePorts(1);
      url = `http://127.0.0.1:${port}`;
      prometheus = spawn(
        'prometheus',
        [
          `--config.file=${configure()}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        { stdio: 'ignore' },
      );
      await until(
        'Prometheus',
        async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true,
      );
    });

    afterAll(async () => {
      const ended = new Promise((resolve) => prometheus?.once('exit', resolve));
      prometheus?.kill('SIGTERM');
      if (prometheus !== undefined) await ended;
      await federation?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('has a target for every process and for every gateway in the host, labelled with its name', async () => {
      const names = Object.keys(federation.run().metrics).toSorted();
      await until(
        'every process',
        async () => (await query('up{job="liaison"} == 1')).length === names.length,
      );
      const read = await query('liaison_ready');
      expect(read.map(({ metric }) => metric['process']).toSorted()).toEqual(names);
      expect(names).toHaveLength(federation.orgs.length + 4);
    });

    test('has data for every query of the dashboard', async () => {
      expect(queries.length).toBeGreaterThan(40);
      const empty = async (): Promise<readonly string[]> => {
        const found = await Promise.all(
          queries.map(async ({ title, expr }) => ({ title, expr, rows: (await query(expr)).length })),
        );
        return found.filter(({ rows }) => rows === 0).map(({ title, expr }) => `${title}: ${expr}`);
      };
      let left: readonly string[] = [];
      await until('data for every query', async () => {
        left = await empty();
        return left.length === 0;
      }).catch(() => undefined);
      expect(left).toEqual([]);
    });

    test('negative control: has no data for an unknown metric', async () => {
      expect(await query('liaison_router_no_such_number')).toEqual([]);
    });

    test('has the selected data source in every query of the dashboard', () => {
      const uids = dashboard.panels.flatMap(({ datasource, targets = [] }) => [
        ...(datasource === undefined ? [] : [datasource.uid]),
        ...targets.map((target) => target.datasource.uid),
      ]);
      expect(new Set(uids)).toEqual(new Set(['${datasource}']));
    });

    test('evaluates every alert rule without an error', async () => {
      const { groups } = await ask<{
        readonly groups: readonly {
          readonly rules: readonly {
            readonly name: string;
            readonly health: string;
            readonly lastError?: string;
          }[];
        }[];
      }>('rules');
      const rules = groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(15);
      const faulty = await until('every alarm to be evaluated', async () => {
        const now = await ask<{ readonly groups: typeof groups }>('rules');
        const all = now.groups.flatMap((group) => group.rules);
        return all.some(({ health }) => health === 'unknown')
          ? undefined
          : all.filter(({ health }) => health !== 'ok');
      });
      expect(faulty).toEqual([]);
    });

    test('loses the file of targets when the federation stops', async () => {
      expect(existsSync(federation.home.targets)).toBe(true);
      await federation.stop();
      expect(existsSync(federation.home.targets)).toBe(false);
    });
  },
);
