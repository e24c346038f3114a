import { useState } from "react";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say } from "../design/toast.tsx";

/** A deed that needs a reason: what it is called, the verb of its button, what is said when it is done. */
export interface WhyAsked {
  readonly title: string;
  readonly verb: string;
  readonly done: string;
  readonly act: (why: string) => Promise<unknown>;
}

/** Asks why something is done, does it, and says that it is done; what goes wrong stands in the dialog. */
export function WhyDialog({ title, verb, done, act, onClose }: WhyAsked & { readonly onClose: () => void }) {
  const [why, setWhy] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await act(why.trim());
      say(done);
      onClose();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      foot={
        <Button look="act" isDisabled={busy || why.trim() === ""} onPress={() => void go()} data-testid="why-do">
          {verb}
        </Button>
      }
    >
      <TextField label="Why" value={why} onChange={setWhy} error={problem} lines={2} autoFocus data-testid="why" />
    </Dialog>
  );
}
