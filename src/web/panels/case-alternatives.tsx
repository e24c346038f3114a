import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AlternativeRow, AlternativeTable, ShownArgument, ShownRate } from "../../knowledge/alternatives.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { alternatives } from "../api/options.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import "./case-alternatives.css";

const TITLES = {
  intervention: "Intervention",
  surgery: "Open surgery",
  medical: "Medical treatment",
  observation: "Observation",
} as const;

const FEW = 2;

interface Asking {
  readonly onAsk?: ((field: string) => void) | undefined;
  readonly askWords?: ((field: string) => string) | undefined;
}

/** The alternatives of a case in numbers: benefits and risks with their sources, and what speaks for and against in this patient. */
export function CaseAlternatives({
  caseId,
  isOpen,
  onClose,
  onAsk,
  askWords,
}: Asking & { readonly caseId: string; readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Weigh alternatives" isOpen={isOpen} onClose={onClose} wide data-testid="weigh-alternatives">
      <Tables
        caseId={caseId}
        askWords={askWords}
        onAsk={
          onAsk &&
          ((field) => {
            onClose();
            onAsk(field);
          })
        }
      />
    </Dialog>
  );
}

function Tables({ caseId, onAsk, askWords }: Asking & { readonly caseId: string }) {
  const { data, error, refetch } = useQuery(alternatives(caseId));
  if (error)
    return (
      <Notice
        inset
        title="The alternatives could not be read"
        act={<Button onPress={() => void refetch()}>Try again</Button>}
      >
        {error.message}
      </Notice>
    );
  if (!data) return <p className="sub">Reading the packs against the facts …</p>;
  if (data.length === 0)
    return (
      <p className="sub">
        No pack in force describes this kind of case; packs that have expired can be read under Know.
      </p>
    );
  return (
    <>
      <p className="sub">
        Numbers are of the patients of the named source, not of this patient. What has no citation is not shown.
      </p>
      {data.map((table, i) => (
        <details key={table.indication} open={i === 0} className="weigh">
          <summary>
            <b>{table.name}</b> <span className="sub">{summaryOf(table)}</span>
          </summary>
          <div className="weigh-rows">
            {table.rows.map((row) => (
              <Row key={row.kind} row={row} onAsk={onAsk} askWords={askWords} />
            ))}
          </div>
          {table.verification ? <p className="sub">This family: {table.verification}.</p> : null}
        </details>
      ))}
    </>
  );
}

function summaryOf(table: AlternativeTable): string {
  const sum = (pick: (row: AlternativeRow) => number) => table.rows.reduce((all, row) => all + pick(row), 0);
  const decided = sum((row) => row.speaksFor.length + row.speaksAgainst.length + row.leavesOpen.length);
  const open = sum((row) => row.undecided.length);
  if (decided + open === 0) return "no body and no trial on the shelf speaks of it";
  return `${decided} ${decided === 1 ? "source speaks" : "sources speak"} in this patient, ${open} cannot be determined`;
}

function Row({ row, onAsk, askWords }: Asking & { readonly row: AlternativeRow }) {
  return (
    <section className="weigh-row">
      <h3>
        {TITLES[row.kind]} <span className="sub">{row.none ?? row.names.join("; ")}</span>
      </h3>
      {row.none ? null : (
        <div className="weigh-cells">
          <Rates title="Benefits" rates={row.benefits} />
          <Rates title="Risks" rates={row.risks} withheld={row.withheld} />
          <div>
            <h4>In this patient</h4>
            <Said is="fine" word="speaks for" items={row.speaksFor} />
            <Said is="look" word="speaks against" items={row.speaksAgainst} />
            <Said is="none" word="leaves it open" items={row.leavesOpen} />
            <Said is="unknown" word="cannot determine" items={row.undecided} onAsk={onAsk} askWords={askWords} />
            {row.speaksFor.length + row.speaksAgainst.length + row.leavesOpen.length + row.undecided.length === 0 ? (
              <p className="sub">Nothing on the shelf fits this patient.</p>
            ) : null}
          </div>
        </div>
      )}
    </section>
  );
}

/** The first few entries; the rest folded behind their number. */
function Few<T>({
  items,
  render,
  what,
}: {
  readonly items: readonly T[];
  readonly render: (item: T) => React.ReactNode;
  readonly what: string;
}) {
  const rest = items.slice(FEW);
  return (
    <>
      <ul className="weigh-list">{items.slice(0, FEW).map(render)}</ul>
      {rest.length > 0 ? (
        <details>
          <summary className="sub">
            {rest.length} more {what}
          </summary>
          <ul className="weigh-list">{rest.map(render)}</ul>
        </details>
      ) : null}
    </>
  );
}

function Rates({
  title,
  rates,
  withheld = 0,
}: {
  readonly title: string;
  readonly rates: readonly ShownRate[];
  readonly withheld?: number;
}) {
  return (
    <div>
      <h4>{title}</h4>
      {rates.length === 0 ? <p className="sub">no citable rate</p> : null}
      <Few
        items={rates}
        what="rates"
        render={(rate) => <Rate key={`${rate.outcome} ${rate.citation}`} rate={rate} counted={title === "Benefits"} />}
      />
      {withheld > 0 ? <p className="sub">{withheld} known only without a citation, not shown</p> : null}
    </div>
  );
}

/** A number to treat is said of benefits only: small differences in harm are mostly chance, and no interval stands here. */
function Rate({ rate, counted }: { readonly rate: ShownRate; readonly counted: boolean }) {
  const needed = rate.against?.effect.numberNeeded;
  return (
    <li>
      <b>{rate.frequency.words}</b> {rate.outcome}
      {rate.against ? (
        <span className="sub">
          {" "}
          · {rate.against.frequency.words} with {rate.against.among}
          {counted && needed?.to === "benefit" ? ` · treat ${needed.patients} for 1 more` : ""}
        </span>
      ) : null}
      <div className="sub">
        {rate.citation}
        {rate.verification ? `; ${rate.verification}` : ""}
      </div>
    </li>
  );
}

function Said({
  is,
  word,
  items,
  onAsk,
  askWords,
}: Asking & {
  readonly is: "fine" | "look" | "none" | "unknown";
  readonly word: string;
  readonly items: readonly ShownArgument[];
}) {
  if (items.length === 0) return null;
  return (
    <>
      <State is={is}>{word}</State>
      <Few
        items={items}
        what={`that ${word === "cannot determine" ? "cannot be determined" : word}`}
        render={(item) => (
          <li key={item.id}>
            <Link to="/know/$kind/$itemId" params={{ kind: item.kind, itemId: item.id }}>
              {item.words}
            </Link>
            {item.verification ? <div className="sub">{item.verification}</div> : null}
            {onAsk && askWords
              ? item.missing.slice(0, 2).map((field) => (
                  <Button key={field} look="link" onPress={() => onAsk(field)}>
                    {askWords(field)}: {fieldOf(field)?.label ?? field}
                  </Button>
                ))
              : null}
          </li>
        )}
      />
    </>
  );
}
