import type { Locator, Page } from 'playwright-core';

/** Returns the editor of a rule file of the workbench. */
export function editorOf(page: Page, path = 'europol/export.cedar'): Locator {
  return page.getByLabel(`Rules in ${path}`);
}

/**
 * Replaces the whole text of the editor as pasting it does. The document holds only the lines in view, so that filling the
 * element would replace only these.
 */
export async function writeRules(page: Page, text: string, path?: string): Promise<void> {
  await editorOf(page, path).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const { activeElement } = document.activeElement.shadowRoot;
    activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  })()`);
}
