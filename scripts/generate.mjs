// @ts-check
// Writes every generated folder of `services/` from `proto/`; run again it leaves no difference.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemaFolder = join(root, 'proto/schema');
const NOTE = '// Generated from proto/ by scripts/generate.mjs: change the source, not this file.\n';

/** @param {string} topic */
function generatedFolder(topic) {
  const folder = join(root, 'services/shared', topic, 'generated');
  mkdirSync(folder, { recursive: true });
  return folder;
}

function frames() {
  const out = join(generatedFolder('wire'), 'frames.js');
  const flags = ['-t', 'static-module', '-w', 'esm', '-d', '--no-create', '--no-verify', '--no-delimited'];
  const plain = ['--no-typeurl', '--no-convert', '--no-service'];
  execFileSync(
    join(root, 'node_modules/.bin/pbjs'),
    [...flags, ...plain, '-o', out, 'proto/liaison/v1/frames.proto'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

/** The schemas as one constant: processes read no files for them. */
function schemas() {
  const files = readdirSync(schemaFolder).toSorted();
  const texts = files.map((file) => readFileSync(join(schemaFolder, file), 'utf8').trim());
  const source = `${NOTE}export const schemas: readonly object[] = [\n${texts.join(',\n')},\n];\n`;
  writeFileSync(join(generatedFolder('notice'), 'schemas.ts'), source);
}

async function types() {
  const documents = {
    title: 'Documents',
    type: 'object',
    additionalProperties: false,
    properties: { notice: { $ref: 'notice.schema.json' }, draft: { $ref: 'draft.schema.json' } },
  };
  const source = await compile(/** @type {any} */ (documents), 'Documents', {
    cwd: `${schemaFolder}/`,
    bannerComment: NOTE.trim(),
    ignoreMinAndMaxItems: true,
    format: false,
  });
  writeFileSync(join(generatedFolder('notice'), 'documents.ts'), source);
}

frames();
schemas();
await types();
