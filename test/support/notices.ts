import { readFileSync } from 'node:fs';
import { type GatewayClient, gatewayClient } from '../../services/cli/http-client.js';
import type { ShownNotice } from '../../services/cli/notice/notice-table.js';
import type { PreviewResult } from '../../services/cli/notice/preview-table.js';
import type { HeldNotice } from '../../services/cli/inbox/held-notice.js';
import type { TestFederation } from './federation.js';
import { until } from './until.js';

/** A local system of one organisation: submits, previews and reads notices, and waits for them. */
export interface LocalSystem {
  readonly org: string;
  readonly submit: (draft: unknown) => Promise<string>;
  readonly preview: (draft: unknown) => Promise<PreviewResult>;
  readonly show: (id: string) => Promise<ShownNotice>;
  readonly settled: (id: string) => Promise<ShownNotice>;
  /** Everything held, newest first. */
  readonly inbox: () => Promise<readonly HeldNotice[]>;
}

/** Creates a local system for each gateway of a federation. */
export function localSystems({ home, run }: TestFederation): readonly LocalSystem[] {
  return Object.keys(run().gateways).map((org) => localSystem(gatewayClient(home, run(), org)));
}

function localSystem(gateway: GatewayClient): LocalSystem {
  const show = async (id: string): Promise<ShownNotice> =>
    (await gateway.get(`/v1/notices/${id}`)) as ShownNotice;
  return {
    org: gateway.org,
    submit: async (draft) => ((await gateway.post('/v1/notices', draft)) as { readonly id: string }).id,
    preview: async (draft) => (await gateway.post('/v1/preview', draft)) as PreviewResult,
    show,
    settled: (id) =>
      until(
        `${id} to settle`,
        async () => {
          const notice = await show(id).catch(() => undefined);
          return notice !== undefined && ['settled', 'refused'].includes(notice.state) ? notice : undefined;
        },
        120_000,
      ),
    inbox: async () => {
      const held: HeldNotice[] = [];
      for (let before: number | null | undefined; before !== null; ) {
        const more = before === undefined ? '' : `&before=${before}`;
        const page = (await gateway.get(`/v1/inbox?limit=100${more}`)) as {
          readonly items: readonly HeldNotice[];
          readonly next: number | null;
        };
        held.push(...page.items);
        before = page.next;
      }
      return held;
    },
  };
}

/** A draft of `proto/examples`. */
export function exampleDraft(kind: string): { readonly header: object; readonly sections: object } {
  const path = new URL(`../../proto/examples/${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as { readonly header: object; readonly sections: object };
}

/** Compares the inboxes with the deliveries that reports promise; returns missing and repeated ones. */
export async function checkPromises(
  systems: readonly LocalSystem[],
  submitted: readonly { readonly org: string; readonly id: string }[],
): Promise<{
  readonly promised: number;
  readonly missing: readonly string[];
  readonly duplicates: readonly string[];
}> {
  const inboxes = new Map<string, readonly HeldNotice[]>();
  for (const system of systems) inboxes.set(system.org, await system.inbox());
  const missing: string[] = [];
  const duplicates: string[] = [];
  let promised = 0;
  for (const { org, id } of submitted) {
    const notice = await systems.find((system) => system.org === org)?.show(id);
    for (const recipient of notice?.recipients ?? []) {
      if (!['delivered', 'redacted'].includes(recipient.outcome)) continue;
      promised += 1;
      const held = (inboxes.get(recipient.org) ?? []).filter(
        (one) => one.originator === org && one.id === id,
      );
      if (held.length === 0) missing.push(`${id} at ${recipient.org}`);
      if (held.length > 1) duplicates.push(`${id} at ${recipient.org}`);
    }
  }
  return { promised, missing, duplicates };
}
