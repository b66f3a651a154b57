import type { ComponentChildren, JSX } from 'preact';
import { isNoticeName } from '../commands.js';
import { followLink } from '../route.js';

interface LinkProps {
  /** `<id>.<number>` of a notice. Any other text is shown without a link. */
  readonly jti: string | undefined;
  readonly children: ComponentChildren;
  /** Leaves the link out of the tab order, for rows that open the notice by keyboard in another way. */
  readonly pointerOnly?: boolean;
}

/** Links to the page of a notice, which explains its decisions. */
export function NoticeLink({ jti, children, pointerOnly = false }: LinkProps): JSX.Element {
  if (jti === undefined || !isNoticeName(jti)) return <>{children}</>;
  const path = `/notice/${jti}`;
  const open = (event: MouseEvent): void => {
    event.stopPropagation();
    followLink(path)(event);
  };
  return (
    <a href={path} onClick={open} tabIndex={pointerOnly ? -1 : undefined}>
      {children}
    </a>
  );
}
