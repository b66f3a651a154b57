import { type Output, table } from '../terminal/output.js';

/** Maximum characters printed of one text; images and fingerprints are longer. */
const MAX_CHARACTERS = 200;

/** Control characters that JSON does not escape and a terminal would interpret. */
const CONTROLS = /[\u007f-\u009f]/g;

/** Formats the sections of a notice for a person, as JSON with long texts cut. */
export function sectionsTable(
  sections: Readonly<Record<string, unknown>>,
  output: Pick<Output, 'paint' | 'width'>,
): string {
  const rows = Object.entries(sections).map(([name, value]) => [output.paint.bold(name), contentText(value)]);
  return table(['section', 'content'], rows, output);
}

function contentText(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? cut(part) : part));
  return text.replaceAll(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}… (${text.length.toLocaleString('en')} characters)`;
}
