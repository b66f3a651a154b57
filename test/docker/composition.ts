import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type Shown, typeInto } from '../support/processes/terminal.js';
import { TEST_PROJECT } from '../support/containers/test-project.js';

const run = promisify(execFile);

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
}

/** `ports`: the variables that name one. */
export async function prepareComposition(ports: readonly string[]): Promise<Composition> {
  await run('scripts/docker/remove-leftovers.sh', { cwd: projectRoot });
  const { stdout } = await run('scripts/docker/air-gapped.sh', { cwd: projectRoot });
  const images = [...stdout.matchAll(/(\w+_IMAGE)=(\S+)/g)].map(
    ([, name = '', image = '']) => [name, image] as const,
  );
  const free = ports.map((name) => [name, '0'] as const);
  const env = {
    ...process.env,
    ...Object.fromEntries([...images, ...free]),
    COMPOSE_PROJECT_NAME: TEST_PROJECT,
  };
  const call = async (words: readonly string[]): Promise<string> => {
    const options = { cwd: projectRoot, env, maxBuffer: 64 * 1024 * 1024 };
    return (await run('docker', words, options)).stdout.trim();
  };
  return {
    project: TEST_PROJECT,
    compose: (...words) => call(['compose', ...words]),
    docker: (...words) => call(words),
    type: (line, enough) => typeInto(line, { env, enough }),
    container: (service) => `${TEST_PROJECT}-${service}-1`,
  };
}
