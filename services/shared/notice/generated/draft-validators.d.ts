// Generated from proto/ by scripts/generate.mjs: change the source, not this file.
import type { ValidateFunction } from 'ajv';
export const validators: Readonly<Record<string, ValidateFunction>>;
