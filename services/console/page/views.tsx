import type { JSX } from 'preact';
import type { ShownSession } from '../shown.js';
import { FlowView } from './flow/flow-view.js';
import { NoticeView } from './notice/notice-view.js';
import { LazyPolicies } from './policies/lazy-policies.js';
import { QuarantineView } from './quarantine/quarantine-view.js';
import type { PageRoute } from './route.js';
import { TailView } from './tail/tail-view.js';

interface ViewProps extends PageRoute {
  readonly session: ShownSession;
  /** The session is over. */
  readonly onOver: () => void;
}

/** What the navigation leads to, and what begins with its path belongs to. */
interface View {
  readonly path: string;
  readonly text: string;
  readonly Body: (props: ViewProps) => JSX.Element;
  /** Who is not let in does not know of it. */
  readonly role?: string;
}

const VIEWS: readonly [View, ...View[]] = [
  { path: '/', text: 'Live tail', Body: TailView },
  { path: '/flow', text: 'Flow', Body: FlowView },
  { path: '/notice', text: 'Notice', Body: NoticeView },
  { path: '/quarantine', text: 'Quarantine', Body: QuarantineView },
  { path: '/policies', text: 'Policies', Body: LazyPolicies, role: 'author' },
];

export function viewsOf({ roles }: ShownSession): readonly View[] {
  return VIEWS.filter(({ role }) => role === undefined || roles.includes(role));
}

/** The one at this address; anything else is the first. */
export function viewAt(path: string, session: ShownSession): View {
  const [first, ...others] = VIEWS;
  const known = others.filter((view) => viewsOf(session).includes(view));
  return known.find((view) => path === view.path || path.startsWith(`${view.path}/`)) ?? first;
}
