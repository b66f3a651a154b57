import { join } from 'node:path';
import { projectRoot } from '../../services/shared/runtime/root.js';

/** As `scripts/setup.mjs` builds it. */
export const BUILT = join(projectRoot, 'dist/services/console/page');
/** What runs where text becomes markup. */
export const HOSTILE = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
/** How many pixels there are beside the page. */
export const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** How many pixels there are below the page: what is long scrolls within it. */
export const OVERFLOW_BELOW = 'document.documentElement.scrollHeight - document.documentElement.clientHeight';

/** Text whose colour and the one behind it differ by less than 4.5 to 1 (WCAG 1.4.3), as the browser computes both. */
export const FAINT = `(() => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const over = ([r, g, b, a], [x, y, z]) => [r, g, b].map((top, i) => (top * a + [x, y, z][i] * (255 - a)) / 255);
  const behind = (element) => element === null ? [255, 255, 255] : over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  const channel = (value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const texts = [...document.body.querySelectorAll('*')].filter((element) => hasText(element) && element.checkVisibility());
  return texts.filter((element) => {
    const ground = behind(element);
    const [a, b] = [light(over(rgba(getComputedStyle(element).color), ground)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  }).map((element) => element.outerHTML.slice(0, 120));
})()`;

/** Controls that a screen reader could not name. */
export const NAMELESS = `[...document.querySelectorAll('a, button, input, select, summary')].filter((control) =>
  (control.textContent.trim() || control.getAttribute('aria-label') || (control.labels?.[0]?.textContent ?? '').trim()) === ''
).map((control) => control.outerHTML)`;
