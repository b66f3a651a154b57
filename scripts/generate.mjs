// @ts-check
// Writes every generated folder of `services/` from `proto/`; a second run changes nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import standaloneCode from 'ajv/dist/standalone/index.js';
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

/** Writes the schemas as one constant, so that processes read no schema files. */
function schemas() {
  const files = readdirSync(schemaFolder).toSorted();
  const texts = files.map((file) => readFileSync(join(schemaFolder, file), 'utf8').trim());
  const source = `${NOTE}export const schemas: readonly object[] = [\n${texts.join(',\n')},\n];\n`;
  writeFileSync(join(generatedFolder('notice'), 'schemas.ts'), source);
}

function readSchemas() {
  const files = readdirSync(schemaFolder).toSorted();
  return files.map((file) => JSON.parse(readFileSync(join(schemaFolder, file), 'utf8')));
}

/**
 * Returns references to every part that is validated on its own: documents, headers, sections.
 * @param {readonly any[]} schemas
 */
function references(schemas) {
  const withHeader = ['notice.schema.json', ...kinds(schemas)].flatMap((id) => [
    id,
    `${id}#/properties/header`,
  ]);
  const { definitions } = schemas.find(({ $id }) => $id === 'sections.schema.json');
  const sections = Object.keys(definitions).map((name) => `sections.schema.json#/definitions/${name}`);
  return [...withHeader, 'draft.schema.json', 'header.schema.json', 'routing.schema.json', ...sections];
}

/** @param {readonly any[]} schemas */
function kinds(schemas) {
  return schemas.map(({ $id }) => $id).filter((id) => id.startsWith('kind-'));
}

/**
 * Writes the schemas as validation functions, as compiling them at run time took 0.3 s during the first
 * notices.
 * @param {string} name @param {readonly string[]} references
 * @param {{allErrors: boolean}} options
 */
function validators(name, references, { allErrors }) {
  const ajv = new Ajv({
    schemas: readSchemas(),
    strict: true,
    // The schemas of the kinds only narrow properties that header and sections already declare.
    strictTypes: false,
    strictRequired: false,
    allErrors,
    ownProperties: true,
    verbose: true,
    // Counts lengths in UTF-16 units: 0.9 µs instead of 40 µs at 20 KB. No logger, as ajv warns that this is
    // deprecated.
    unicode: false,
    logger: false,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  // The fast mode accepts impossible dates such as 39 November.
  /** @type {any} */ (addFormats)(ajv, { mode: 'full', formats: ['date', 'date-time'] });
  const named = references.map((reference, index) => [`validator${index}`, reference]);
  const code = /** @type {any} */ (standaloneCode)(ajv, Object.fromEntries(named));
  const table = named.map(([name, reference]) => `${JSON.stringify(reference)}: ${name},`).join('\n');
  const folder = generatedFolder('notice');
  writeFileSync(
    join(folder, `${name}.js`),
    `${NOTE}import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
${code.replace(/^"use strict";/, '').replace(/export const (validator\d+)/g, 'const $1')}
export const validators = {
${table}
};
`,
  );
  writeFileSync(
    join(folder, `${name}.d.ts`),
    `${NOTE}import type { ValidateFunction } from 'ajv';
export const validators: Readonly<Record<string, ValidateFunction>>;
`,
  );
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
const all = readSchemas();
validators('validators', references(all), { allErrors: false });
// Reports all errors of a draft, as a person wrote it.
validators('draft-validators', ['draft.schema.json', ...kinds(all)], { allErrors: true });
await types();
