/** The props of each panel of the workbench; `edit` is the edited text that the panel evaluates. */
export interface WorkbenchPanelProps {
  readonly edit: { readonly path: string; readonly text: string };
  readonly organisations: readonly { readonly id: string }[];
  readonly kinds: readonly string[];
  readonly onSessionEnd: () => void;
}
