import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, htmlText } from '../../../services/cli/policy/html.js';

test('text cannot leave its element or its attribute, whatever it holds', () => {
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

test('markup within markup is kept, and a number is text', () => {
  expect(htmlText(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>`)).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  );
});
