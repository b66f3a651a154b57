import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type Shown, typeInto } from '../support/processes/terminal.js';
import { answers, describeWhere } from '../support/needs.js';
import { TEST_PROJECT } from '../support/containers/test-project.js';

const run = promisify(execFile);

/** How long a step of a composed federation may take, in milliseconds. */
export const WAIT = 600_000;
/** The variables of `docker-compose.yml` that name a port. */
const PORTS = [
  ...readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8').matchAll(/LIAISON_\w+_PORT/g),
].map(([name]) => name);

/** `docker-compose.yml` as a project of its own, on free ports, with images that no registry is asked for. */
export interface Composition {
  readonly project: string;
  compose(...words: readonly string[]): Promise<string>;
  docker(...words: readonly string[]): Promise<string>;
  /**
   * A line as somebody types it into a terminal; resolves with all that the terminal showed, and how it ended. Interrupted
   * as by Ctrl-C once `enough` was shown.
   */
  type(line: string, enough?: RegExp): Promise<Shown>;
  /** The name of a service's container. */
  container(service: string): string;
  /** Runs a verb of the command line in a container of its own; resolves with its output. */
  cli(line: string): Promise<string>;
  logsOf(service: string, ...words: readonly string[]): Promise<string>;
  /** Runs a script with Node in the container of a service; resolves with its output. */
  inside(service: string, script: string): Promise<string>;
}

/** Describes a federation that `docker compose` started: nothing of it is left after the tests. */
export function describeComposed(name: string, tests: (at: () => Composition) => void): void {
  const ready =
    answers('docker', ['image', 'inspect', 'liaison-nats:forky']) &&
    answers('docker', ['compose', 'version']);
  describeWhere(
    ready,
    'the composed federation: install docker-compose and run scripts/docker/air-gapped.sh as root',
  )(name, () => {
    let it: Composition;
    beforeAll(async () => {
      it = await prepareComposition();
      await it.compose('up', '-d', '--wait', '--no-build');
    }, WAIT);
    afterAll(async () => {
      await it.compose('--profile', '*', 'down', '-v', '--timeout', '5');
      const label = `label=com.docker.compose.project=${it.project}`;
      for (const what of [
        ['ps', '-a'],
        ['volume', 'ls'],
        ['network', 'ls'],
      ]) {
        expect(await it.docker(...what, '-q', '--filter', label)).toBe('');
      }
    }, WAIT);
    tests(() => it);
  });
}

async function prepareComposition(): Promise<Composition> {
  await run('scripts/docker/remove-leftovers.sh', { cwd: projectRoot });
  const { stdout } = await run('scripts/docker/air-gapped.sh', { cwd: projectRoot });
  const images = [...stdout.matchAll(/(\w+_IMAGE)=(\S+)/g)].map(
    ([, name = '', image = '']) => [name, image] as const,
  );
  const free = PORTS.map((name) => [name, '0'] as const);
  const env = {
    ...process.env,
    ...Object.fromEntries([...images, ...free]),
    COMPOSE_PROJECT_NAME: TEST_PROJECT,
  };
  const call = async (words: readonly string[]): Promise<string> => {
    const options = { cwd: projectRoot, env, maxBuffer: 64 * 1024 * 1024 };
    return (await run('docker', words, options)).stdout.trim();
  };
  const compose = (...words: readonly string[]): Promise<string> => call(['compose', ...words]);
  return {
    project: TEST_PROJECT,
    compose,
    docker: (...words) => call(words),
    type: (line, enough) => typeInto(line, { env, enough }),
    container: (service) => `${TEST_PROJECT}-${service}-1`,
    cli: (line) => compose(...`run --rm -T cli ${line}`.split(' ')),
    logsOf: (service, ...words) => compose('logs', '--no-log-prefix', ...words, service),
    inside: (service, script) => compose('exec', '-T', service, 'node', '-e', script),
  };
}

/** A line of `doctor --json`. */
interface DoctorFinding {
  readonly check: string;
  readonly state: 'ok' | 'bad' | 'skip';
  readonly says: string;
}

/** Reads the output of `doctor --json`. */
export function readFindings(lines: string): readonly DoctorFinding[] {
  return lines.split('\n').map((line) => JSON.parse(line) as DoctorFinding);
}

/** Requires that the servers of the broker found each other by names that their certificates have. */
export async function expectRoutes({ compose }: Composition): Promise<void> {
  const told = await compose('logs', '--no-log-prefix', 'nats-1', 'nats-2', 'nats-3');
  expect(told).toContain('Route connection created');
  expect(told.match(/^.*certificate.*$/m)).toBeNull();
}
