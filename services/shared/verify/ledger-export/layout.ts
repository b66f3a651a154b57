import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { closed } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import type { SignedRoot } from '../../tlog/cose-receipt.js';
import { TILE_WIDTH, tilePath } from '../../tlog/tiles.js';
import type { ShownDirectory } from '../../trust/directory/shown-directory.js';
import { at, EVIDENCE_LIMITS, evidenceAjv, evidenceSchemas, requireForm } from '../statements.js';

/** The files of an export besides the tiles and the bundles of records (docs/formats.md#export). */
export const EXPORT_FILES = {
  manifest: 'manifest.json',
  checkpoint: 'checkpoint',
  directory: 'directory.json',
  /** The log's signature over the root for COSE receipts; only beside a checkpoint that a quorum cosigned. */
  cose: 'cose.json',
} as const;

/** The statements of the exporter about its folder, which are not signed: no claim rests on them. */
export interface ExportManifest {
  readonly kind: 'ledger-export';
  /** The log, and how many entries of it are in the folder. */
  readonly origin: string;
  readonly size: number;
  /** Who may see what is shown: the whole federation's auditor, or one organisation. */
  readonly shown: 'federation' | OrgId;
  /** Digests of the bundles of policies that the exported reports name, sorted. */
  readonly bundles: readonly string[];
}

const isManifest = compileWhenUsed<ExportManifest>(
  evidenceAjv,
  closed({
    kind: { const: 'ledger-export' },
    origin: { type: 'string', minLength: 1, maxLength: 256 },
    size: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    shown: { type: 'string', maxLength: 64 },
    bundles: { type: 'array', items: { type: 'string', minLength: 43, maxLength: 43 } },
  }),
);

/** Reads a manifest. Throws `json-…`, `schema-invalid` and `id-invalid` with the place of the first fault. */
export function parseManifest(source: Uint8Array): ExportManifest {
  const manifest = requireForm(parseStrictJson(source, EVIDENCE_LIMITS), isManifest());
  if (manifest.shown !== 'federation') at('shown', () => parseOrgId(manifest.shown));
  return manifest;
}

const isShownDirectory = compileWhenUsed<ShownDirectory>(evidenceAjv, evidenceSchemas.shownDirectory);

/** Reads the parts of a directory, which are not verified. Throws `json-…` and `schema-invalid`. */
export function parseExportedDirectory(source: Uint8Array): ShownDirectory {
  return requireForm(parseStrictJson(source, EVIDENCE_LIMITS), isShownDirectory());
}

/** Returns the path of the records of a bundle of 256 entries, numbered as its tile: `records/x001/067.ndjson`. */
export function recordsPath(index: number): string {
  const entries = tilePath({ level: 'entries', index, width: TILE_WIDTH });
  return `${entries.replace('tile/entries', 'records')}.ndjson`;
}

const isRootFile = compileWhenUsed<Readonly<Record<keyof SignedRoot, string>>>(
  evidenceAjv,
  closed({ protected: { type: 'string', maxLength: 512 }, signature: { type: 'string', maxLength: 86 } }),
);

/** Reads a signature over a root from parsed JSON, in base64url. Throws `schema-invalid` and `token-malformed`. */
export function parseSignedRoot(value: unknown): SignedRoot {
  const { protected: header, signature } = requireForm(value, isRootFile());
  return { protected: decodeBase64url(header), signature: decodeBase64url(signature) };
}

/** Returns a signature over a root in base64url. */
export function signedRootJson({ protected: header, signature }: SignedRoot): string {
  return JSON.stringify({ protected: encodeBase64url(header), signature: encodeBase64url(signature) });
}
