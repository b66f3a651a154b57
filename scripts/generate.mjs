// @ts-check
// Writes every generated folder of `services/` from `proto/`; run again it leaves no difference.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function frames() {
  const out = join(root, 'services/shared/wire/generated');
  mkdirSync(out, { recursive: true });
  const flags = ['-t', 'static-module', '-w', 'esm', '-d', '--no-create', '--no-verify', '--no-delimited'];
  const plain = ['--no-typeurl', '--no-convert', '--no-service'];
  const pbjs = join(root, 'node_modules/.bin/pbjs');
  execFileSync(pbjs, [...flags, ...plain, '-o', join(out, 'frames.js'), 'proto/liaison/v1/frames.proto'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

frames();
