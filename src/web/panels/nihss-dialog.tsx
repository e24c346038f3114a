import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Scale, ScaleAnswers } from "../../knowledge/scales.ts";
import { scoreScale } from "../../knowledge/scales.ts";
import { ask } from "../api/client.ts";
import { Button } from "../design/button.tsx";
import { Segments } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Notice } from "../design/notice.tsx";

/** Scores the NIHSS item by item. An item that was not answered never counts as zero: the sum waits for all of them. */
export function NihssDialog({
  isOpen,
  onClose,
  onScore,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onScore: (sum: number) => void;
}) {
  const [answers, setAnswers] = useState<ScaleAnswers>({});
  const { data: scale, error } = useQuery({
    queryKey: ["scale", "nihss"],
    queryFn: ({ signal }) => ask<Scale>("/api/knowledge/scales/nihss", { signal }),
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const score = scale ? scoreScale(scale, answers) : null;
  const left = score?.missing.length ?? 0;
  return (
    <Dialog
      title="NIHSS, item by item"
      isOpen={isOpen}
      onClose={onClose}
      wide
      foot={
        <>
          <span className="nihss-sum" aria-live="polite">
            {score?.value === null || score === null
              ? `${left} ${left === 1 ? "item" : "items"} left`
              : `${score.value} points`}
            {score?.reading ? <span className="sub"> {score.reading}</span> : null}
          </span>
          {left > 0 && scale ? (
            <Button
              onPress={() =>
                setAnswers({
                  ...Object.fromEntries(scale.items.map((item) => [item.key, lowest(item)])),
                  ...answers,
                })
              }
            >
              The rest is normal
            </Button>
          ) : null}
          <Button
            look="act"
            isDisabled={typeof score?.value !== "number"}
            onPress={() => {
              if (typeof score?.value === "number") onScore(score.value);
              onClose();
            }}
            data-testid="nihss-use"
          >
            Use this sum
          </Button>
        </>
      }
    >
      {error ? <Notice title="The scale could not be fetched">{error.message} Type the sum instead.</Notice> : null}
      {scale?.items.map((item) => (
        <Segments
          key={item.key}
          label={`${item.key}  ${item.label}`}
          value={answers[item.key] === undefined ? null : String(answers[item.key])}
          onChange={(next) => setAnswers({ ...answers, [item.key]: untestable(item, next) ? next : Number(next) })}
          choices={[
            ...item.options.map((option) => ({ id: String(option.value), label: `${option.value}  ${option.label}` })),
            ...(item.untestable ? [{ id: item.untestable.word, label: item.untestable.word, unknown: true }] : []),
          ]}
        />
      ))}
      {scale ? <p className="sub">Source: {scale.source}</p> : null}
    </Dialog>
  );
}

function lowest(item: Scale["items"][number]): number {
  return Math.min(...item.options.map((option) => Number(option.value)));
}

function untestable(item: Scale["items"][number], answer: string): boolean {
  return item.untestable?.word === answer;
}
