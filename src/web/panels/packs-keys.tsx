import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { addPackKey, packKeys, revokePackKey } from "../api/packs.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { say } from "../design/toast.tsx";
import type { WhyAsked } from "./why-dialog.tsx";

/** Keys whose signature on a pack is relied on, and those that no longer are. */
export function PackKeys({
  mayChange,
  onAsk,
}: {
  readonly mayChange: boolean;
  readonly onAsk: (asked: WhyAsked) => void;
}) {
  const { data = [] } = useQuery(packKeys);
  const [adding, setAdding] = useState(false);
  return (
    <section aria-label="Keys">
      <div className="spread">
        <h2>Keys that are relied on</h2>
        {mayChange ? <Button onPress={() => setAdding(true)}>Rely on a key</Button> : null}
      </div>
      {data.length === 0 ? (
        <p className="sub">None: a pack from outside is put in force with a reason only, which is shown with it.</p>
      ) : null}
      {data.map((key) => (
        <div key={key.id} className="quarantine-row">
          <div>
            <div className="strong">{key.name}</div>
            <div className="sub">key {key.keyId}</div>
          </div>
          <State is={key.revokedAt ? "wait" : "fine"}>
            {key.revokedAt
              ? `no more since ${key.revokedAt.slice(0, 10)}: ${key.revokedWhy}`
              : `since ${key.addedAt.slice(0, 10)}, by ${key.addedBy ?? "a terminal"}`}
          </State>
          {mayChange && !key.revokedAt ? (
            <Button
              look="quiet"
              onPress={() =>
                onAsk({
                  title: `Rely on the key of ${key.name} no more`,
                  verb: "Rely on it no more",
                  done: `The key of ${key.name} is relied on no more.`,
                  act: (why) => revokePackKey(key.id, why),
                })
              }
            >
              Rely on it no more
            </Button>
          ) : (
            <span />
          )}
        </div>
      ))}
      {adding ? <AddKey onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function AddKey({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [pem, setPem] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const add = async () => {
    try {
      await addPackKey(name.trim(), pem.trim());
      say(`The key of ${name.trim()} is relied on.`);
      onClose();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title="Rely on a key"
      isOpen
      onClose={onClose}
      foot={
        <Button look="act" isDisabled={name.trim() === "" || pem.trim() === ""} onPress={() => void add()}>
          Rely on it
        </Button>
      }
    >
      <TextField label="Whose key it is" value={name} onChange={setName} autoFocus />
      <TextField
        label="Public key (Ed25519, PEM)"
        value={pem}
        onChange={setPem}
        lines={4}
        error={problem}
        hint="Compare it with its owner by another way than the one it came by"
      />
    </Dialog>
  );
}
