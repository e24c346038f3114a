import { useRef, useState } from "react";
import { type Installing, installPack } from "../api/packs.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say, sayProblem } from "../design/toast.tsx";

const SIGNATURE = "signature.json";
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_BUNDLE = 32 * 1024 * 1024;

interface Chosen extends Pick<Installing, "files" | "signature" | "bundle"> {
  /** What it is, in words. */
  readonly name: string;
}

/** Chooses the folder of a pack, shows what it is, and puts it in force with a reason. */
export function InstallPack() {
  const folder = useRef<HTMLInputElement>(null);
  const single = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const take = async (input: HTMLInputElement) => {
    const given = [...(input.files ?? [])].filter((file) => file.name.endsWith(".json") && liesOnTop(file));
    input.value = "";
    const large = given.find((file) => file.size > MOST_BYTES);
    if (large) return sayProblem(new Error(`${large.name} is larger than a file of a pack may be.`));
    if (!given.some((file) => file.name === "pack.json"))
      return sayProblem(new Error("There is no pack.json in it: choose the folder of one pack."));
    try {
      const texts = await Promise.all(given.map(async (file) => [file.name, await textOf(file)] as const));
      const { [SIGNATURE]: signature = null, ...files } = Object.fromEntries(texts);
      setChosen({ files, signature, name: titleOf(files) });
    } catch (failure) {
      sayProblem(failure);
    }
  };
  const takeBundle = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (file.size > MOST_BUNDLE) return sayProblem(new Error(`${file.name} is larger than a bundle may be.`));
    try {
      setChosen({ files: {}, signature: null, bundle: bundleOf(await textOf(file), file.name), name: file.name });
    } catch (failure) {
      sayProblem(failure);
    }
  };
  return (
    <div className="packs-install">
      <p className="sub">Choose its folder: pack.json and the files beside it; or one file with its bundle.</p>
      <Button onPress={() => folder.current?.click()} data-testid="install-pack">
        Put a pack in force
      </Button>
      <Button look="quiet" onPress={() => single.current?.click()} data-testid="install-bundle">
        From a FHIR bundle
      </Button>
      <input
        ref={single}
        type="file"
        accept=".json,application/json,application/fhir+json"
        hidden
        data-testid="pack-bundle"
        onChange={(event) => void takeBundle(event.target)}
      />
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

/** Whether a file lies in the chosen folder itself: a folder within may hold another pack. */
function liesOnTop({ webkitRelativePath: path }: File): boolean {
  return path === "" || path.split("/").length === 2;
}

/** The text of a file. Bytes that are no UTF-8 are refused, not replaced: the signature is over the bytes. */
async function textOf(file: File): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not UTF-8 text. Save it as UTF-8.`);
  }
}

function bundleOf(text: string, name: string): object {
  const problem = new Error(`${name} is no FHIR bundle of a pack: choose what "packs export --fhir" wrote.`);
  try {
    const bundle = JSON.parse(text) as { resourceType?: unknown } | null;
    if (bundle?.resourceType === "Bundle") return bundle;
  } catch {
    throw problem;
  }
  throw problem;
}

function titleOf(files: Readonly<Record<string, string>>): string {
  try {
    const { title, version, body } = JSON.parse(files["pack.json"] ?? "") as Record<string, unknown>;
    return `${title}, version ${version}, of ${body}`;
  } catch {
    return "a pack whose pack.json cannot be read";
  }
}

function InstallDialog({ chosen, onClose }: { readonly chosen: Chosen; readonly onClose: () => void }) {
  const [why, setWhy] = useState("");
  const [because, setBecause] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const given = because.trim() ? { unsignedBecause: because.trim() } : {};
      const { name: _, ...parts } = chosen;
      const { pack, changed, silences } = await installPack({ ...parts, why: why.trim(), ...given });
      const silent = silences.length > 0 ? ` It supersedes ${silences.join(", ")}, which now drive nothing.` : "";
      say(
        changed
          ? `${pack.title} ${pack.version} is in force.${silent}`
          : `${pack.title} ${pack.version} was in force already.`,
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
      <p>{chosen.name}</p>
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
