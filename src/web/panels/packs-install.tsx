import { useRef, useState } from "react";
import { type Installing, installPack } from "../api/packs.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say, sayProblem } from "../design/toast.tsx";

const SIGNATURE = "signature.json";
const MOST_BYTES = 8 * 1024 * 1024;

/** Chooses the folder of a pack, shows what it is, and puts it in force with a reason. */
export function InstallPack() {
  const folder = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Pick<Installing, "files" | "signature"> | null>(null);
  const take = async (input: HTMLInputElement) => {
    const given = [...(input.files ?? [])].filter((file) => file.name.endsWith(".json"));
    input.value = "";
    const large = given.find((file) => file.size > MOST_BYTES);
    if (large) return sayProblem(new Error(`${large.name} is larger than a file of a pack may be.`));
    if (!given.some((file) => file.name === "pack.json"))
      return sayProblem(new Error("There is no pack.json in it: choose the folder of one pack."));
    const texts = await Promise.all(given.map(async (file) => [file.name, await file.text()] as const));
    const { [SIGNATURE]: signature = null, ...files } = Object.fromEntries(texts);
    setChosen({ files, signature });
  };
  return (
    <div className="line-up">
      <Button onPress={() => folder.current?.click()} data-testid="install-pack">
        Put a pack in force
      </Button>
      <span className="sub">Choose its folder: pack.json and the files beside it.</span>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="pack-folder"
        {...{ webkitdirectory: "" }}
        onChange={(event) => void take(event.target)}
      />
      {chosen ? <InstallDialog chosen={chosen} onClose={() => setChosen(null)} /> : null}
    </div>
  );
}

function titleOf(files: Readonly<Record<string, string>>): string {
  try {
    const { title, version, body } = JSON.parse(files["pack.json"] ?? "") as Record<string, unknown>;
    return `${title}, version ${version}, of ${body}`;
  } catch {
    return "a pack whose pack.json cannot be read";
  }
}

function InstallDialog({
  chosen,
  onClose,
}: {
  readonly chosen: Pick<Installing, "files" | "signature">;
  readonly onClose: () => void;
}) {
  const [why, setWhy] = useState("");
  const [because, setBecause] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const given = because.trim() ? { unsignedBecause: because.trim() } : {};
      const { pack, changed } = await installPack({ ...chosen, why: why.trim(), ...given });
      say(
        changed ? `${pack.title} ${pack.version} is in force.` : `${pack.title} ${pack.version} was in force already.`,
      );
      onClose();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Put a pack in force"
      isOpen
      onClose={onClose}
      data-testid="install-dialog"
      foot={
        <Button look="act" isDisabled={busy || why.trim() === ""} onPress={() => void go()} data-testid="install-do">
          {busy ? "Checking it" : "Put it in force"}
        </Button>
      }
    >
      <p>{titleOf(chosen.files)}</p>
      <p className="sub">
        {chosen.signature ? "A signature lies beside it." : "No signature lies beside it."} Its form, its made-up
        patients and its signature are checked before anything is in force.
      </p>
      <TextField label="Why it is put in force" value={why} onChange={setWhy} autoFocus data-testid="install-why" />
      <TextField
        label="Why it is taken without a signature that is relied on"
        value={because}
        onChange={setBecause}
        hint="Leave it empty when a key that is relied on signed it"
        data-testid="install-because"
      />
      {problem ? (
        <p className="field-error" role="alert">
          {problem}
        </p>
      ) : null}
    </Dialog>
  );
}
