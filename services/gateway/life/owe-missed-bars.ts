import type { HolderAccess } from '../../shared/notice/access-register.js';
import { isLastingBar } from '../../shared/notice/lasting-bars.js';
import type { OwnHolder } from '../../shared/store/gateway/gateway-holders.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type OwnLife, readLife, registersBy } from './own-life.js';

/** The reported states of an action. */
const REPORTED: readonly string[] = ['routed', 'settled'];

/**
 * Notes that restrictions in force are owed once more to holders that they were not handed to: the hub recorded them before
 * the revision that they follow, when these holders had nothing of the notice. Within a transaction.
 */
export function oweMissedBars(
  store: Pick<GatewayStore, 'own' | 'items' | 'ends' | 'holders'>,
  id: string,
): void {
  const life = readLife(store, id);
  if (life === undefined || life.end !== undefined || life.items.length === 0) return;
  const holders = store.holders.of(id);
  const { access } = registersBy(
    life.revisions,
    life.items.map((item) => namingAll(item, holders)),
  );
  for (const { org } of holders) {
    for (const { number, sections } of barsIn(access[org])) {
      const item = life.items.find((one) => one.number === number);
      if (item === undefined || !REPORTED.includes(item.state) || isHanded(store, item, org)) continue;
      if (isLifted(life, item, { org, sections })) continue;
      const holder = sections === undefined ? { to: org } : { to: org, sections };
      store.holders.owe({ id, reason: item.fields.reason ?? 'by-originator', holders: [holder] });
    }
  }
}

/** Returns a restriction of everyone as one that names each of these holders. */
function namingAll(item: ItemRow, holders: readonly OwnHolder[]): ItemRow {
  const { everyone, meant = [] } = item.fields;
  if (everyone !== true) return item;
  const others = holders.filter(({ org }) => !meant.some(({ to }) => to === org));
  const named = others.map(({ org }) => ({ ...meant[0], to: org }));
  return { ...item, fields: { ...item.fields, meant: [...meant, ...named] } };
}

interface Bar {
  readonly number: number;
  /** Absent for the whole notice. */
  readonly sections?: readonly string[];
}

/** Returns the bars of one holder, without those of sections that were opened again. */
function barsIn(access: HolderAccess | undefined): readonly Bar[] {
  if (access === undefined) return [];
  const whole = access.whole === null ? [] : [{ number: access.whole.number }];
  const single = Object.entries(access.sections).flatMap(([name, { restrict, unseals }]): readonly Bar[] =>
    restrict === null || unseals.length > 0 ? [] : [{ number: restrict.number, sections: [name] }],
  );
  return [...whole, ...single];
}

/** True when the hub hands or handed the action to this holder. */
function isHanded({ items }: Pick<GatewayStore, 'items'>, { seq }: ItemRow, holder: string): boolean {
  return [items.owedFor(seq), items.wordsOf(seq), items.narrowedFor(seq)].some((all) =>
    all.some(({ org }) => org === holder),
  );
}

/** True when a lift or an unseal ended what a restriction by the originator bars for a holder that it names. */
function isLifted(
  { bars }: OwnLife,
  { verb, fields: { reason, meant } }: ItemRow,
  { org, sections }: { readonly org: string; readonly sections?: readonly string[] | undefined },
): boolean {
  if (!isLastingBar({ verb, reason }) || !meant?.some(({ to }) => to === org)) return false;
  const bar = bars.get(org);
  return sections === undefined
    ? bar?.whole !== true
    : !sections.some((section) => bar?.sections.includes(section));
}
