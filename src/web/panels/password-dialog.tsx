import { useState } from "react";
import { ask } from "../api/client.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say } from "../design/toast.tsx";

/** Sets a first password after a sign-in link, or changes the one there is. */
export function PasswordDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    setError(null);
    try {
      await ask("/api/session/password", {
        method: "PUT",
        json: { ...(current ? { current } : {}), password: next },
      });
      setCurrent("");
      setNext("");
      say("Password set. Use it with your login name on any device.");
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title="Set a password"
      isOpen={isOpen}
      onClose={onClose}
      foot={
        <Button look="act" isDisabled={next.length === 0} onPress={() => void save()}>
          Set password
        </Button>
      }
    >
      <TextField
        label="Present password"
        hint="Leave empty if you came by a link and have none yet."
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        hint="Length counts more than odd characters: a few words are good."
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        error={error}
      />
    </Dialog>
  );
}
