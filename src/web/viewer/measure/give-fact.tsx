import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sourceWords } from "../../../cases/facts.ts";
import { type KeptValue, keptValueWords } from "../../../cases/kept.ts";
import { fieldOf } from "../../../knowledge/dictionary.ts";
import { giveMeasuredFact, type ImagePlace, retractFact } from "../../api/acts.ts";
import { oneCase } from "../../api/queries.ts";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { clockTime } from "../../panels/elapsed.ts";
import { factWords } from "../../panels/figures.ts";

export interface GiveFactProps {
  /** Without a case there is nobody to give it to, and nothing is shown. */
  readonly caseId: string | undefined;
  /** A field of the facts dictionary, e.g. "aneurysm_neck_mm". */
  readonly name: string;
  /** A number in the dictionary's unit, or one of its words. */
  readonly value: number | string | null;
  readonly unit: string;
  readonly uncertainty?: KeptValue["uncertainty"];
  readonly method: { readonly name: string; readonly version: string };
  /** The image (or series) it was measured on; frame counts from 1. */
  readonly image: ImagePlace;
  /** When it was true of the patient: when the images were taken. Left out: now. */
  readonly observedAt?: string | null;
}

/**
 * Gives a number to the case after the reader's click: with unit, range, method and image. What the case holds already is
 * shown beside it first, and the reader says whether both stand or the old one is taken back.
 */
export function GiveFact(props: GiveFactProps) {
  const { caseId, name, value } = props;
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const known = useQuery({ ...oneCase(caseId ?? ""), enabled: caseId !== undefined });
  if (caseId === undefined || !fieldOf(name)) return null;
  const may = known.data?.may.write || known.data?.may.answer;
  const current = known.data?.facts.find((group) => group.name === name)?.current ?? null;
  const give = async (takeBack: boolean) => {
    try {
      await giveMeasuredFact(caseId, bodyOf(props));
      if (takeBack && current) await retractFact(caseId, current.id, "replaced by a new measurement on the images");
      setSaid("Given to the case");
      setOpen(false);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  const same = current !== null && current.value === value;
  return (
    <span className="v-give">
      <Button
        look="link"
        isDisabled={!may || value === null || same}
        onPress={() => {
          setSaid("");
          if (current) setOpen(true);
          else void give(false);
        }}
        data-testid={`give-${name}`}
      >
        Give to the case
      </Button>
      <span role="status" className="sub">
        {same && said === "" ? "The case holds this" : open ? "" : said}
      </span>
      <Dialog
        title={fieldOf(name)!.label}
        isOpen={open}
        onClose={() => setOpen(false)}
        data-testid="give-fact"
        foot={
          <>
            <Button onPress={() => void give(false)} data-testid="give-both">
              Keep both
            </Button>
            <Button look="act" onPress={() => void give(true)} data-testid="give-replace">
              Take the old one back
            </Button>
          </>
        }
      >
        <dl className="v-give-beside">
          <div>
            <dt>In the case</dt>
            <dd>
              <strong>{current ? factWords(name, current.value, current.unit) : ""}</strong>
              <span className="sub">
                {current ? `${sourceWords(current)}, ${clockTime(Date.parse(current.observedAt), Date.now())}` : ""}
              </span>
            </dd>
          </div>
          <div>
            <dt>Measured now</dt>
            <dd>
              <strong>{newWords(props)}</strong>
              <span className="sub">
                {props.method.name} {props.method.version}
                {props.uncertainty?.basis ? `, error: ${props.uncertainty.basis}` : ""}
              </span>
            </dd>
          </div>
        </dl>
        {said === "" ? null : <p role="alert">{said}</p>}
        <p className="sub">
          Where both are kept, the one that was true of the patient last is used. One that is taken back stays readable.
        </p>
      </Dialog>
    </span>
  );
}

function newWords({ name, value, unit, uncertainty }: GiveFactProps): string {
  if (typeof value !== "number") return value === null ? "not computed" : factWords(name, value, unit);
  return keptValueWords({ code: name, label: name, value, unit, ...(uncertainty ? { uncertainty } : {}) });
}

function bodyOf({ name, value, unit, uncertainty, method, image, observedAt }: GiveFactProps) {
  return {
    name,
    value: value ?? "",
    unit,
    method,
    image,
    ...momentOf(observedAt),
    ...(uncertainty ? { range: uncertainty } : {}),
  };
}

/**
 * When it was true of the patient, in UTC. Images state a clock time without a zone: it is that of where they are read. A
 * time that cannot be read is left out, and the fact is then one of now.
 */
function momentOf(said: string | null | undefined): { readonly observedAt?: string } {
  const ms = said ? Date.parse(said) : Number.NaN;
  return Number.isFinite(ms) ? { observedAt: new Date(ms).toISOString() } : {};
}
