import { useState } from "react";
import type { MaskDraft, MaskView } from "../../../cases/kept.ts";
import type { Grid } from "../../../core/geometry.ts";
import { Button } from "../../design/button.tsx";
import { deleteKeptMask, keepMask, maskSpaceOf } from "./keep-mask.ts";

interface Kept {
  readonly mask: MaskView;
  /** The state of the mask that was kept, and of what it is a version. */
  readonly changes: number;
  readonly of: string;
  readonly overtook: boolean;
}

/**
 * Keeps the mask that a panel holds, and after a change of it the next version of it. `of` names which mask it is (a new
 * seed is another one); `changes` grows with every change; `bits` gives it when it is asked for. Undo takes a new one back.
 */
export function KeepMaskButton({
  of,
  changes,
  bits,
  ...draft
}: Omit<MaskDraft, "id" | "space"> & {
  readonly of: string;
  readonly changes: number;
  readonly bits: () => Promise<{ readonly bits: Uint8Array<ArrayBuffer>; readonly grid: Grid }>;
}) {
  const [last, setLast] = useState<Kept>();
  const [state, setState] = useState<"ready" | "keeping" | { readonly why: string }>("ready");
  const kept = last?.of === of ? last : undefined;
  const isKept = kept?.changes === changes;
  const act = (work: () => Promise<Kept | undefined>) => {
    setState("keeping");
    work().then(
      (next) => {
        setLast(next);
        setState("ready");
      },
      (error) => setState({ why: error instanceof Error ? error.message : String(error) }),
    );
  };
  const keep = () =>
    act(async () => {
      const { grid, ...mask } = await bits();
      const before = kept ? { id: kept.mask.id, base: kept.mask.version } : {};
      const saved = await keepMask({ ...draft, ...mask, ...before, space: maskSpaceOf(grid) });
      return { ...saved, changes, of };
    });
  const words = kept
    ? `Kept as a segmentation of the study, version ${kept.mask.version}${kept.overtook ? "; another reader had changed it, both are kept" : ""}${isKept ? "" : "; changed since"}`
    : "";
  return (
    <div className="v-keep-mask">
      <Button onPress={keep} isDisabled={isKept || state === "keeping"} data-testid="keep-mask">
        {state === "keeping" ? "Keeping" : isKept ? "Mask kept" : kept ? "Keep the change" : "Keep the mask"}
      </Button>
      {kept && state !== "keeping" ? (
        <Button
          look="link"
          onPress={() =>
            act(async () => {
              await deleteKeptMask(kept.mask);
              return undefined;
            })
          }
        >
          Delete it again
        </Button>
      ) : null}
      <p className="sub" role="status">
        {typeof state === "object" ? `Not kept: ${state.why}` : words}
      </p>
    </div>
  );
}
