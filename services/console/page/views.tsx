import type { JSX } from 'preact';
import type { ShownSession } from '../shown.js';
import { FlowView } from './flow/flow-view.js';
import { LedgerPage } from './ledger/ledger-page.js';
import { MembersPage } from './members/members-page.js';
import { NoticeView } from './notice/notice-view.js';
import { NotFound } from './not-found.js';
import { LazyPolicies } from './policies/lazy-policies.js';
import { QuarantineView } from './quarantine/quarantine-view.js';
import type { PageRoute } from './route.js';
import { TailView } from './tail/tail-view.js';

interface ViewProps extends PageRoute {
  readonly session: ShownSession;
  /** Called when the console answers that the session has ended. */
  readonly onSessionEnd: () => void;
}

/** An entry of the navigation. The view shows its path and every path below it. */
interface View {
  readonly path: string;
  readonly text: string;
  readonly Body: (props: ViewProps) => JSX.Element;
  /** The role that a viewer needs; the view is hidden from others. */
  readonly role?: string;
  /** True for a view that viewers of one organisation may not open. */
  readonly isOfFederation?: boolean;
}

const VIEWS: readonly [View, ...View[]] = [
  { path: '/', text: 'Live tail', Body: TailView },
  { path: '/flow', text: 'Flow', Body: FlowView },
  { path: '/notice', text: 'Notice', Body: NoticeView },
  { path: '/quarantine', text: 'Quarantine', Body: QuarantineView },
  { path: '/ledger', text: 'Ledger', Body: LedgerPage, isOfFederation: true },
  { path: '/members', text: 'Members', Body: MembersPage, isOfFederation: true },
  { path: '/policies', text: 'Policies', Body: LazyPolicies, role: 'author' },
];

/** Returns the views that this viewer may open, in the order of the navigation. */
export function viewsOf({ roles, org }: ShownSession): readonly View[] {
  return VIEWS.filter(
    ({ role, isOfFederation = false }) =>
      (role === undefined || roles.includes(role)) && (!isOfFederation || org === null),
  );
}

const UNKNOWN: View = { path: '', text: 'No such page', Body: NotFound };

/** Returns the view at a path, or the first view if this viewer may not open it. */
export function viewAt(path: string, session: ShownSession): View {
  const [first, ...others] = VIEWS;
  const found = others.find((view) => path === view.path || path.startsWith(`${view.path}/`));
  if (found === undefined) return path === first.path ? first : UNKNOWN;
  return viewsOf(session).includes(found) ? found : first;
}
