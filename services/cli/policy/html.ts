const MARKUP: unique symbol = Symbol('markup');

/** Markup and not text. Made in this file alone, so that whatever else goes into a page is escaped. */
export interface Markup {
  readonly [MARKUP]: string;
}

type Part = string | number | Markup | readonly Part[];

/** A template of markup: every value in it is escaped, unless it is markup itself. For elements and quoted attributes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { [MARKUP]: texts.map((text, index) => `${text}${textOf(parts[index] ?? '')}`).join('') };
}

/** Markup as it stands: for a style or script of ours or of a library, never for what anybody wrote. */
export function trustedMarkup(text: string): Markup {
  return { [MARKUP]: text };
}

/** The finished text of a page. */
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
