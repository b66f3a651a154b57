import type { ComponentChildren, JSX } from 'preact';
import { isNoticeName } from '../commands.js';
import { go } from '../route.js';

interface LinkProps {
  /** As it was heard: a link only where it is the name of a notice. */
  readonly jti: string | undefined;
  readonly children: ComponentChildren;
  /** Where another way leads there by keyboard, so that a list has no tab stop a row. */
  readonly pointerOnly?: boolean;
}

/** To the page that says why a notice went where it went. */
export function NoticeLink({ jti, children, pointerOnly = false }: LinkProps): JSX.Element {
  if (jti === undefined || !isNoticeName(jti)) return <>{children}</>;
  const path = `/notice/${jti}`;
  const follow = (event: MouseEvent): void => {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(path);
  };
  return (
    <a href={path} onClick={follow} tabIndex={pointerOnly ? -1 : undefined}>
      {children}
    </a>
  );
}
