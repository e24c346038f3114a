import { useQuery } from "@tanstack/react-query";
import type { Scale } from "../../knowledge/scales.ts";
import { scalePage } from "../api/library.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Notice } from "../design/notice.tsx";
import { ScaleForm } from "./scale-form.tsx";
import { useScaleSheet } from "./scale-sheet.ts";

/** Scores the NIHSS item by item where only its sum is wanted; in a case the whole score is kept under Scales. */
export function NihssDialog({
  isOpen,
  onClose,
  onScore,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onScore: (sum: number) => void;
}) {
  const { data: scale, error } = useQuery({ ...scalePage("nihss"), enabled: isOpen });
  if (scale && isOpen) return <Scorer scale={scale} onClose={onClose} onScore={onScore} />;
  return (
    <Dialog title="NIHSS, item by item" isOpen={isOpen} onClose={onClose} wide>
      {error ? (
        <Notice title="The scale could not be fetched">{error.message} Type the sum instead.</Notice>
      ) : (
        <p className="sub">Reading the scale …</p>
      )}
    </Dialog>
  );
}

function Scorer({
  scale,
  onClose,
  onScore,
}: {
  readonly scale: Scale;
  readonly onClose: () => void;
  readonly onScore: (sum: number) => void;
}) {
  const sheet = useScaleSheet(scale);
  const sum = typeof sheet.score === "string" ? null : sheet.score.value;
  return (
    <Dialog
      title="NIHSS, item by item"
      isOpen
      onClose={onClose}
      wide
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="act"
            isDisabled={typeof sum !== "number"}
            onPress={() => {
              if (typeof sum === "number") onScore(sum);
              onClose();
            }}
            data-testid="nihss-use"
          >
            Use this sum
          </Button>
        </>
      }
    >
      <ScaleForm sheet={sheet} />
      <p className="sub">Source: {scale.source}</p>
    </Dialog>
  );
}
