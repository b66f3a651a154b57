import type { GatewayClient } from '../../http-client.js';

/** An own notice as `GET /v1/notices` lists it. */
export interface ListedOwn {
  readonly id: string;
  readonly revision: number;
  readonly number: number;
  readonly kind: string;
  readonly state: string;
  readonly submittedAt: string;
  readonly breakGlass?: {
    readonly reason: string;
    readonly approver: string;
    readonly finding: string | null;
  };
}

/** Reads all pages of the own notices that a query finds, newest first. */
export async function allOwn(gateway: GatewayClient, query: string): Promise<readonly ListedOwn[]> {
  const items: ListedOwn[] = [];
  for (let before = ''; ; ) {
    const page = (await gateway.get(`/v1/notices?${query}&limit=200${before}`)) as {
      readonly items: readonly ListedOwn[];
      readonly next: number | null;
    };
    items.push(...page.items);
    if (page.next === null) return items;
    before = `&before=${page.next}`;
  }
}

/** Formats an own notice of a list in one line. */
export function ownLine({ id, revision, kind, submittedAt }: ListedOwn): string {
  return `${id}  revision ${revision}  ${kind}  submitted ${submittedAt}`;
}
