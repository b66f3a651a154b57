import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFederation, signHomeDirectory } from '../../services/cli/init/home-directory.js';
import { createInventor } from '../../services/simulator/invent.js';
import { type Bus, connectAs } from '../../services/shared/bus/connect.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { chromiumPath, enableBrowser, openBrowser } from '../support/browser.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { describeWhere } from '../support/needs.js';
import { exampleDraft, localSystems } from '../support/notices.js';
import { type Recorder, startRecorder } from '../support/http/recorder.js';

const HOSTILE = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
/** A script that collects violations of the content security policy; it runs before the page does. */
const WATCH = `window.stopped = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective }) => window.stopped.push(effectiveDirective));`;

/** Returns every string in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describeWhere(chromiumPath !== undefined, enableBrowser)('the console of a running federation', () => {
  let federation: TestFederation;
  let browser: Browser;
  let recorder: Recorder;
  beforeAll(async () => {
    federation = await startFederation();
    browser = await openBrowser();
    recorder = await startRecorder(String(federation.run().console));
  });
  afterAll(async () => {
    await browser?.close();
    await recorder?.close();
    await federation?.close();
  });

  async function signIn(): Promise<Page> {
    const page = await browser.newPage();
    await page.addInitScript(WATCH);
    await page.goto(recorder.url);
    await page.getByLabel('Token').fill(readSecret(federation.home.hub('console', 'viewer.token')));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  /** Opens every view that the page links to, and returns their names. */
  async function walk(page: Page, look: (view: string) => Promise<void>): Promise<readonly string[]> {
    const links = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    const views = await links.allTextContents();
    for (const view of views) {
      await links.filter({ hasText: view }).click();
      await page.getByRole('heading', { level: 1, name: view }).waitFor({ state: 'attached' });
      // Waits until views that poll have polled.
      await delay(2_500);
      const row = page.locator('tr[data-key]').first();
      if ((await row.count()) > 0) await row.click();
      await look(view);
    }
    return views;
  }

  const submit = (org: string, draft: unknown): Promise<string> => {
    const system = localSystems(federation).find((one) => one.org === org);
    if (system === undefined) throw new Error(`no ${org}`);
    return system.submit(draft);
  };
  const settled = async (org: string, id: string): Promise<void> =>
    void (await localSystems(federation)
      .find((one) => one.org === org)
      ?.settled(id));

  test('receives in a whole session, in any view, no value of a section', async () => {
    const page = await signIn();
    await walk(page, async () => undefined);
    // Some values are also words of the console, such as a hair colour that is also the colour of a kind.
    const before = recorder.heard();
    const invent = createInventor(7);
    const peers = federation.orgs.map(parseOrgId);
    const sent: { readonly org: string; readonly id: string }[] = [];
    const values = new Set<string>();
    const sections = new Set<string>();
    const send = async (): Promise<void> => {
      for (const org of peers) {
        const { draft } = invent(org, peers);
        sent.push({ org, id: await submit(org, draft) });
        for (const text of textsIn(draft.sections)) values.add(text);
        for (const name of Object.keys(draft.sections)) sections.add(name);
      }
    };
    for (let round = 0; round < 5; round += 1) await send();
    const views = await walk(page, send);
    for (const { org, id } of sent) await settled(org, id);
    await walk(page, async () => undefined);
    expect(views.length).toBeGreaterThan(1);
    const heard = recorder.heard();
    // The session received the id of every notice, so the search would find values too.
    expect(sent.filter(({ id }) => !heard.includes(id))).toEqual([]);
    const searched = [...values].filter((value) => value.length > 3 && !before.includes(value));
    expect(sections.size).toBeGreaterThan(12);
    expect(searched.length).toBeGreaterThan(250);
    expect(searched.filter((value) => heard.includes(value))).toEqual([]);
    await page.context().close();
  }, 500_000);

  /** Connects with the key of a tail, under any name. */
  async function connectUnder(name: string): Promise<Bus> {
    const seed = readSecret(federation.home.tailSeed);
    return connectAs({ servers: federation.run().nats, seed, role: 'tail', name });
  }

  test('shows the texts of a hostile notice, organisation and NATS client verbatim or not at all, and runs no script of them', async () => {
    const facts = readFederation();
    const named = Object.entries(facts.organisations).map(([org, entry]) => [
      org,
      { ...entry, name: `${org} ${HOSTILE}`, seat: HOSTILE },
    ]);
    await signHomeDirectory(federation.home, {
      facts: { ...facts, organisations: Object.fromEntries(named) },
      now: new Date(),
    });
    const client = await connectUnder(HOSTILE);
    const connections = await (await fetch(`${federation.run().monitor}/connz?auth=1`)).text();
    expect(JSON.parse(connections).connections.map(({ name }: { name?: string }) => name)).toContain(HOSTILE);
    const { header, sections } = exampleDraft('red');
    const marked = Object.entries(sections).map(([name, value]) => [name, { ...value, remarks: HOSTILE }]);
    const id = await submit('europol', { header, sections: Object.fromEntries(marked) });
    await settled('europol', id);
    // A header has no free text.
    await expect(
      submit('europol', { header: { ...header, purpose: HOSTILE }, sections }),
    ).rejects.toMatchObject({
      code: 'schema-invalid',
    });
    const page = await signIn();
    // The console reads the new names some time after they are signed.
    await page.getByRole('link', { name: 'Flow' }).click();
    await page.getByText(`europol ${HOSTILE}`).first().waitFor();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
    const shown = new Map<string, string>();
    const views = await walk(page, async (view) => {
      shown.set(view, String(await page.locator('body').textContent()));
      expect(await page.locator('main img, main script, [onerror]').count()).toBe(0);
    });
    expect([...shown.keys()]).toEqual(views);
    expect(shown.get('Flow')).toContain(`europol ${HOSTILE}`);
    // Only the names of organisations are shown, not the name of the client or texts of the notice.
    for (const text of shown.values()) {
      const names = Object.keys(facts.organisations).map((org) => `${org} ${HOSTILE}`);
      const rest = names.reduce((words, name) => words.replaceAll(name, ''), text);
      expect(rest).not.toContain('<img');
    }
    expect(await page.evaluate('window.ran')).toBeUndefined();
    // No violation of the policy: the texts never became markup.
    expect(await page.evaluate('window.stopped')).toEqual([]);
    expect(dialogs).toEqual([]);
    await client.close();
    await page.context().close();
  });
});
