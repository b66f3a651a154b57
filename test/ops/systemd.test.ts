import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../../services/cli/home/run-file.js';
import type { Home } from '../../services/shared/runtime/home.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { leftRunning, liaison } from '../support/federation.js';
import { admitSite, type JoiningFolder, joiningFolder, makeHub } from '../support/joining/joining-folder.js';
import { answers, describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';

const UNITS = ['hub', 'site'] as const;
type Unit = (typeof UNITS)[number];
const fileOf = (unit: Unit): string => join(projectRoot, 'scripts/ops/systemd', `liaison-${unit}.service`);

/** The text of a unit, for this clone and, where given, another home and folder of policies. */
function textOf(unit: Unit, home = '/var/lib/liaison', policies = '/var/lib/liaison-policies'): string {
  return readFileSync(fileOf(unit), 'utf8')
    .replaceAll('/opt/liaison/', `${projectRoot}/`)
    .replaceAll('/var/lib/liaison-policies', policies)
    .replaceAll('=/var/lib/liaison\n', `=${home}\n`);
}

const valuesIn = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

describeWhere(answers('systemd-analyze', ['--version']), 'systemd: install `systemd-analyze`')(
  'the units of a hub and of a site',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-units-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(UNITS)('`systemd-analyze verify` finds no fault: %s', (unit) => {
      const path = join(folder, `liaison-${unit}.service`);
      writeFileSync(path, textOf(unit));
      const words = ['verify', '--man=no', '--recursive-errors=no', path];
      expect(execFileSync('systemd-analyze', words, { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    });
  },
);

describe('the commands of the units', () => {
  let folder: JoiningFolder;
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    folder = joiningFolder(['alfa', 'bravo']);
    await makeHub(folder);
  });
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    folder.remove();
  });

  const runOf = ({ run }: Home): RunFile => JSON.parse(readFileSync(run, 'utf8')) as RunFile;

  /** Runs the command of a unit with nothing but its environment; resolves when its home serves at `url`. */
  async function start(
    unit: Unit,
    home: Home,
    url: (run: RunFile) => string | undefined,
  ): Promise<ChildProcess> {
    const text = textOf(unit, home.root, folder.policies);
    const [line = ''] = valuesIn(text, 'ExecStart');
    const [command = '', ...words] = line.split(' ');
    const environment = valuesIn(text, 'Environment').map((pair) => pair.split('=', 2) as [string, string]);
    const env = { PATH: process.env['PATH'], ...Object.fromEntries(environment) };
    const child = spawn(command, words, { env, stdio: 'ignore' });
    started.push(child);
    const isReady = async (): Promise<boolean> => (await fetch(`${url(runOf(home))}/readyz`)).ok;
    await until(`\`${line}\` to serve`, () => isReady().catch(() => false));
    return child;
  }

  async function stop(child: ChildProcess): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill('SIGTERM');
    return ended;
  }

  test('start a hub and a site, and end with every process at SIGTERM', async () => {
    const [hub, site] = [folder.home('hub'), folder.home('alfa')];
    const hubChild = await start('hub', hub, ({ router }) => router);
    const cli = (...words: readonly string[]) =>
      liaison(hub, words, { env: { LIAISON_POLICIES: folder.policies } });
    await admitSite(folder, 'alfa', { hub: { run: () => runOf(hub), cli } });
    const siteChild = await start('site', site, ({ gateways }) => gateways['alfa']);
    expect(await stop(siteChild)).toBe(0);
    expect(leftRunning(site)).toEqual([]);
    expect(await stop(hubChild)).toBe(0);
    expect(leftRunning(hub)).toEqual([]);
  }, 400_000);
});
