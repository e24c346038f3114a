import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { SavedLayout } from "../../../cases/hanging-layout.ts";
import { layouts, removeLayout, restoreLayout, saveLayout } from "../../api/reading.ts";
import { say, sayProblem } from "../../design/toast.tsx";

interface Props {
  readonly layout: SavedLayout;
  readonly onClose: () => void;
  readonly onSaved: (layoutId: string) => void;
}

/** A name, and for whom: what hangs now is a layout for the next patient. */
export function SaveLayoutDialog({ layout, onClose, onSaved }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const [name, setName] = useState("");
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const save = async (forAll: boolean) => {
    try {
      const saved = await saveLayout(name.trim(), forAll, layout);
      await queries.invalidateQueries({ queryKey: layouts.queryKey });
      say(`“${saved.name}” is saved ${forAll ? "for your site" : "for you"}.`, {
        label: "Take back",
        do: () => void removeLayout(saved.id).then(() => queries.invalidateQueries({ queryKey: layouts.queryKey })),
      });
      onSaved(saved.id);
      dialog.current?.close();
    } catch (error) {
      sayProblem(error);
    }
  };
  const what = layout.panes.map(({ wants, map }) => map ?? wants.roles[0]).join(", ");
  return (
    <dialog ref={dialog} className="v-sheet" aria-label="Save this layout" onClose={onClose}>
      <h2>Save this layout</h2>
      <p>{what}: by what they are, not by patient.</p>
      <label>
        Name
        <input value={name} maxLength={60} onChange={({ target }) => setName(target.value)} />
      </label>
      <footer>
        <button type="button" onClick={() => dialog.current?.close()}>
          Leave it
        </button>
        <button type="button" disabled={name.trim() === ""} onClick={() => void save(true)}>
          Save for my site
        </button>
        <button type="button" className="v-act" disabled={name.trim() === ""} onClick={() => void save(false)}>
          Save for me
        </button>
      </footer>
    </dialog>
  );
}

/** Deletes a layout and says so, with the way back. */
export async function deleteLayout(layoutId: string, again: () => Promise<unknown>): Promise<void> {
  try {
    const { name } = await removeLayout(layoutId);
    await again();
    say(`“${name}” is deleted.`, { label: "Take back", do: () => void restoreLayout(layoutId).then(again) });
  } catch (error) {
    sayProblem(error);
  }
}
