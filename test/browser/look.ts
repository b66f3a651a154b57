import { join } from 'node:path';
import { projectRoot } from '../../services/shared/runtime/root.js';

/** The page as built by `scripts/setup.mjs`. */
export const BUILT = join(projectRoot, 'dist/services/console/page');
/** Text that runs a script if it is inserted as markup. */
export const HOSTILE = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
/** Returns by how many pixels the page is wider than the window. */
export const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** Returns by how many pixels the page is higher than the window; long content scrolls inside it. */
export const OVERFLOW_BELOW = 'document.documentElement.scrollHeight - document.documentElement.clientHeight';

/** Functions that compute contrast from the colours that the browser renders. */
const CONTRAST = `
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const over = ([r, g, b, a], [x, y, z]) => [r, g, b].map((top, i) => (top * a + [x, y, z][i] * (255 - a)) / 255);
  const behind = (element) => element === null ? [255, 255, 255] : over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  const channel = (value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (colour, ground) => {
    const [a, b] = [light(over(colour, ground)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
`;

/** Returns the elements whose text has a contrast below 4.5 to 1 (WCAG 1.4.3). */
export const FAINT = `(() => {
  ${CONTRAST}
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const texts = [...document.body.querySelectorAll('*')].filter((element) => hasText(element) && element.checkVisibility());
  return texts.filter((element) => contrast(rgba(getComputedStyle(element).color), behind(element)) < 4.5)
    .map((element) => element.outerHTML.slice(0, 120));
})()`;

/** Returns the controls whose edge and background both have a contrast below 3 to 1 (WCAG 1.4.11). */
export const FAINT_EDGES = `(() => {
  ${CONTRAST}
  const controls = [...document.querySelectorAll('button, select, summary, .file, input:not([type=checkbox]):not(.hidden)')];
  return controls.filter((control) => {
    const { borderTopColor, borderTopWidth, backgroundColor, opacity } = getComputedStyle(control);
    const edge = rgba(borderTopColor);
    if (!control.checkVisibility() || borderTopWidth === '0px' || edge[3] === 0 || opacity !== '1') return false;
    const ground = behind(control.parentElement);
    return Math.max(contrast(edge, ground), contrast(rgba(backgroundColor), ground)) < 3;
  }).map((control) => control.outerHTML.slice(0, 120));
})()`;

/** Returns the cells of a list whose text is cut off, except in the last column, where that is allowed. */
export const CUT = `[...document.querySelectorAll('.list tbody td:not(:last-child)')]
  .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)`;

/** Returns the controls without an accessible name. */
export const NAMELESS = `[...document.querySelectorAll('a, button, input, select, summary')].filter((control) =>
  (control.textContent.trim() || control.getAttribute('aria-label') || (control.labels?.[0]?.textContent ?? '').trim()) === ''
).map((control) => control.outerHTML)`;
