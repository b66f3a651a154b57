import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, htmlText } from '../../../services/cli/policy/html.js';

test('html: escapes any text in an element or an attribute', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', '/', 'a', '#', '\u0000') }),
      (text) => {
        const page = htmlText(html`<p title="${text}">${[text, [text]]}</p>`);
        expect(page.match(/[<>"]/g)?.join('')).toBe('<""><>');
        expect(page.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/&|'/);
      },
    ),
  );
});

test('html: keeps nested markup, and prints a number as text', () => {
  expect(htmlText(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>`)).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  );
});
