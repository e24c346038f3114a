import { useState } from "react";
import { deed, type Peer } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { Checkbox } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { NumberField, TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { say } from "../design/toast.tsx";

/** A peer that is there, or the beginning of a new one. */
export type PeerDraft = Partial<Peer>;

const MAY = [
  { id: "echo", label: "Test the connection" },
  { id: "store", label: "Send images here" },
  { id: "find", label: "Search here" },
  { id: "retrieve", label: "Fetch from here" },
  { id: "worklist", label: "Ask for the worklist" },
  { id: "mpps", label: "Report procedure steps" },
  { id: "commit", label: "Ask whether images are kept safely" },
] as const;

/** Adds a peer or changes one: how it is called, where it is, what it may do. */
export function PeerDialog({ draft, onClose }: { readonly draft: PeerDraft; readonly onClose: () => void }) {
  const [aeTitle, setAeTitle] = useState(draft.aeTitle ?? "");
  const [host, setHost] = useState(draft.host ?? "");
  const [port, setPort] = useState<number | null>(draft.port ?? 104);
  const [tls, setTls] = useState(draft.tls ?? false);
  const [addressCheck, setAddressCheck] = useState(draft.addressCheck ?? true);
  const [active, setActive] = useState(draft.active ?? true);
  const [note, setNote] = useState(draft.note ?? "");
  const [permissions, setPermissions] = useState<readonly string[]>(draft.permissions ?? ["echo", "store"]);
  const [problem, setProblem] = useState<string | null>(null);
  const known = draft.id !== undefined;
  const done = async (work: Promise<unknown>, words: string) => {
    try {
      await work;
      onClose();
      say(words);
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const body = {
    aeTitle: aeTitle.trim(),
    host: host.trim(),
    port: port ?? 104,
    tls,
    addressCheck,
    active,
    note,
    permissions,
  };
  const save = () => (known ? deed(`/api/peers/${draft.id}`, body, "PUT") : deed("/api/peers", body));
  return (
    <Dialog
      title={known ? `Change ${draft.aeTitle}` : "Add a peer"}
      isOpen
      onClose={onClose}
      data-testid="peer-dialog"
      foot={
        <>
          {known ? (
            <Button
              look="quiet"
              onPress={() =>
                void done(deed(`/api/peers/${draft.id}`, {}, "DELETE"), `${draft.aeTitle} is no peer any more.`)
              }
            >
              Remove
            </Button>
          ) : null}
          <Button
            look="act"
            isDisabled={!aeTitle.trim()}
            onPress={() => void done(save(), `${aeTitle.trim()} is saved. Test it now.`)}
            data-testid="peer-save"
          >
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="AE title"
        value={aeTitle}
        onChange={setAeTitle}
        hint="As it is set on the device, capitals matter"
        data-testid="peer-title"
      />
      <TextField
        label="Address"
        value={host}
        onChange={setHost}
        hint="Name or IP; empty when it only calls us"
        data-testid="peer-host"
      />
      <NumberField label="Port" value={port} onChange={setPort} min={1} max={65535} step={1} data-testid="peer-port" />
      <fieldset className="choose-studies">
        <legend className="field-label">What it may do</legend>
        {MAY.map(({ id, label }) => (
          <Checkbox
            key={id}
            isSelected={permissions.includes(id)}
            onChange={(on) => setPermissions(on ? [...permissions, id] : permissions.filter((one) => one !== id))}
          >
            {label}
          </Checkbox>
        ))}
      </fieldset>
      <Checkbox isSelected={tls} onChange={setTls}>
        Call it with TLS
      </Checkbox>
      <Checkbox isSelected={addressCheck} onChange={setAddressCheck}>
        Take calls under this title from this address alone
      </Checkbox>
      <Checkbox isSelected={active} onChange={setActive}>
        In use
      </Checkbox>
      <TextField label="Note" value={note} onChange={setNote} placeholder="e.g. CT 2, first floor, service 061 ..." />
      {problem ? (
        <Notice inset title="Not saved">
          {problem}
        </Notice>
      ) : null}
    </Dialog>
  );
}
