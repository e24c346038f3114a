/** Whether a key belongs to a field that is being typed into, or to an open dialog or menu. */
export function isTyping(event: KeyboardEvent): boolean {
  // A dialog whose focused button went away hears no key, and neither may the page below it.
  if (document.querySelector("[role=dialog], [role=alertdialog]")) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches("input, textarea, select, [contenteditable=true]") ||
    target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null
  );
}

/** The pages' own keys; the viewer has a list of its own. */
export const PAGE_KEYS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: "Ctrl K", does: "Search the worklist" },
  { keys: "j  k", does: "Next row, row before" },
  { keys: "Enter", does: "Open the row" },
  { keys: "n", does: "Refer a patient" },
  { keys: "Esc", does: "Back to the list" },
  { keys: "?", does: "This list (over the images: the viewer's keys)" },
];
