import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { cases, session } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";
import { isTyping } from "../keyboard.ts";
import { Failed } from "./failed.tsx";
import { matches, sectionsOf } from "./work-order.ts";
import { WorkRow } from "./work-row.tsx";
import "./work.css";

/** The worklist: who waits, for how long, what has arrived, what is next. */
export function WorkPage() {
  const { data: person } = useQuery(session);
  const { data: rows, error, isPending } = useQuery(cases);
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search);
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);

  const sections = useMemo(
    () =>
      sectionsOf(
        (rows ?? []).filter((row) => matches(row, wanted)),
        person?.organisation.id ?? "",
      ),
    [rows, wanted, person],
  );
  const order = useMemo(() => sections.flatMap((section) => section.cases), [sections]);
  const marked = order[Math.min(at, order.length - 1)]?.id;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
        return;
      }
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const inSearch = event.target === field.current;
      const step =
        event.key === "ArrowDown" || event.key === "j" ? 1 : event.key === "ArrowUp" || event.key === "k" ? -1 : 0;
      if (step !== 0 && (!isTyping(event) || (inSearch && event.key.startsWith("Arrow")))) {
        event.preventDefault();
        setAt((now) => Math.max(0, Math.min(order.length - 1, Math.min(now, order.length - 1) + step)));
      } else if (event.key === "Enter" && (!isTyping(event) || inSearch)) {
        const onControl = event.target instanceof HTMLElement && event.target.closest("a, button") !== null;
        const row = order.find((each) => each.id === marked);
        if (row && !onControl) open(row.id, row.status === "draft");
      } else if (event.key === "n" && !isTyping(event)) {
        event.preventDefault();
        void navigate({ to: "/refer", search: {} });
      } else if (event.key === "Escape" && inSearch) {
        setSearch("");
        field.current?.blur();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  const open = (id: string, draft: boolean) =>
    void (draft
      ? navigate({ to: "/refer", search: { case: id } })
      : navigate({ to: "/cases/$caseId", params: { caseId: id } }));

  return (
    <>
      <header className="top">
        <SearchField className="search" value={search} onChange={setSearch} aria-label="Search the worklist">
          <Input ref={field} className="input" placeholder="Patient, identifier, question …" data-testid="search" />
          <kbd className="only-wide">Ctrl K</kbd>
        </SearchField>
        <span className="sub push only-wide">{person ? `${person.name} · ${person.organisation.name}` : ""}</span>
        <Button look="act" onPress={() => void navigate({ to: "/refer", search: {} })} data-testid="refer">
          <span className="only-wide">Refer a patient</span>
          <span className="only-phone">Refer</span>
        </Button>
      </header>
      <main className="scroll" data-testid="worklist">
        {error && !rows ? <Failed error={error} /> : null}
        {isPending && !error ? <Notice title="Asking for the worklist" /> : null}
        {rows
          ? sections.map((section) => (
              <section key={section.id} aria-labelledby={`section-${section.id}`}>
                <h2 className="section-title" id={`section-${section.id}`}>
                  {section.title}
                  {section.cases.length > 0 ? ` · ${section.cases.length}` : ""}
                </h2>
                {section.cases.length === 0 ? (
                  <p className="work-none">
                    {wanted ? "No case here holds these words." : "Nobody is waiting for you."}
                  </p>
                ) : null}
                {section.cases.map((row) => (
                  <WorkRow
                    key={row.id}
                    row={row}
                    organisationId={person?.organisation.id ?? ""}
                    isMarked={row.id === marked}
                  />
                ))}
              </section>
            ))
          : null}
        {rows && rows.length === 0 ? (
          <Notice
            title="No cases yet"
            act={
              <Button look="act" onPress={() => void navigate({ to: "/refer", search: {} })}>
                Refer a patient
              </Button>
            }
          >
            A case begins with a referral: seven facts and the images. It appears here, and at the hospital that is
            asked, as soon as it is begun.
          </Notice>
        ) : null}
      </main>
    </>
  );
}
