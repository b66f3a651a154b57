import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface UnpackPackageParams {
  readonly name: string;
  readonly cacheDir: string;
  /** The path of the wanted program inside the package. */
  readonly binary: string;
}

const run = promisify(execFile);

/**
 * Downloads a package with apt and copies its program to `<cacheDir>/<name>`, without root or a writable `/var`. Returns
 * false when that fails.
 */
export async function unpackDebianPackage({ name, cacheDir, binary }: UnpackPackageParams): Promise<boolean> {
  mkdirSync(cacheDir, { recursive: true });
  const work = mkdtempSync(join(cacheDir, 'debian-'));
  const lists = join(work, 'lists');
  const archives = join(work, 'archives');
  for (const folder of [lists, archives]) mkdirSync(join(folder, 'partial'), { recursive: true });
  const options = [
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${work}`,
    `Dir::Cache::archives=${archives}`,
    'APT::Sandbox::User=',
    'Debug::NoLocking=true',
  ].flatMap((option) => ['-o', option]);
  try {
    await run('apt-get', [...options, 'update'], { cwd: work });
    await run('apt-get', [...options, 'download', name], { cwd: work });
    const file = readdirSync(work).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
    if (file === undefined) return false;
    await run('dpkg-deb', ['-x', join(work, file), join(work, 'unpacked')]);
    const draft = join(cacheDir, `${name}.new`);
    copyFileSync(join(work, 'unpacked', binary), draft);
    chmodSync(draft, 0o755);
    renameSync(draft, join(cacheDir, name));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
