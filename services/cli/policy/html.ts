const MARKUP: unique symbol = Symbol('markup');

/** Markup that needs no escaping. Only this file can create it, so every other value on a page is escaped. */
export interface Markup {
  readonly [MARKUP]: string;
}

type Part = string | number | Markup | readonly Part[];

/** Tag of a markup template: escapes each value that is not markup itself. For element content and quoted attributes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { [MARKUP]: texts.map((text, index) => `${text}${textOf(parts[index] ?? '')}`).join('') };
}

/** Marks a text as markup without escaping it: only for styles and scripts of this project or a library, never for input. */
export function trustedMarkup(text: string): Markup {
  return { [MARKUP]: text };
}

/** Returns the text of finished markup. */
export function htmlText(markup: Markup): string {
  return markup[MARKUP];
}

function textOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return isMarkup(part) ? part[MARKUP] : part.map(textOf).join('');
}

function isMarkup(part: Markup | readonly Part[]): part is Markup {
  return MARKUP in part;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
