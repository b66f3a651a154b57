/** What every panel is given: the text that it asks about. */
export interface AskingProps {
  readonly edit: { readonly path: string; readonly text: string };
  readonly organisations: readonly { readonly id: string }[];
  readonly kinds: readonly string[];
  readonly onOver: () => void;
}
