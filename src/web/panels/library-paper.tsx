import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { NOT_A_DEVICE } from "../../core/index.ts";
import type { Correction, PackReference } from "../../knowledge/pack.ts";
import type { LibraryKind } from "../../knowledge/search-kinds.ts";
import { session } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { KIND_NAMES } from "./library-words.tsx";

/** A page of the library: what it is, its words, and below them where it comes from. On paper it is a page of a book. */
export function Paper({
  kind,
  id,
  title,
  line,
  readOnly,
  pack,
  corrections = [],
  wide = false,
  children,
}: {
  readonly kind: LibraryKind;
  readonly id: string;
  readonly title: string;
  readonly line?: ReactNode;
  readonly readOnly?: "superseded" | "expired" | null;
  readonly pack: PackReference | null;
  readonly corrections?: readonly Correction[];
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { data: person } = useQuery(session);
  useEffect(() => {
    // Paper cannot be unfolded: what is folded on the screen is printed whole.
    const unfold = () => {
      for (const each of document.querySelectorAll<HTMLDetailsElement>(".library details")) each.open = true;
    };
    addEventListener("beforeprint", unfold);
    return () => removeEventListener("beforeprint", unfold);
  }, []);
  return (
    <article className={wide ? "paper wide" : "paper"} data-testid="paper" aria-labelledby="paper-title">
      <div className="paper-way no-print">
        <span>
          <Link to="/know">Library</Link> /{" "}
          <Link to="/know" search={{ kind }}>
            {KIND_NAMES[kind].shelf}
          </Link>
        </span>
        <span className="line-up">
          <Button look="quiet" onPress={() => void navigator.clipboard?.writeText(location.href)}>
            Copy the link
          </Button>
          <Button onPress={() => print()}>Print</Button>
        </span>
      </div>
      {readOnly ? <ReadOnly why={readOnly} /> : null}
      <header>
        <div className="sub">
          {KIND_NAMES[kind].one} {id}
        </div>
        <h1 id="paper-title">{title}</h1>
        {line ? <p className="paper-line">{line}</p> : null}
      </header>
      {children}
      {corrections.length > 0 ? (
        <Part title="Put right" testid="corrections">
          <Corrections corrections={corrections} />
        </Part>
      ) : null}
      {pack ? <Provenance pack={pack} /> : null}
      <footer className="paper-foot">
        <span>{NOT_A_DEVICE}</span>
        <span className="only-print">
          Willis, {location.href}, printed {new Date().toISOString().slice(0, 16).replace("T", " ")} UTC
          {person ? ` by ${person.name}` : ""}
        </span>
      </footer>
    </article>
  );
}

/** What was wrong as it was first written down, and what it is now. */
export function Corrections({ corrections }: { readonly corrections: readonly Correction[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Was</th>
          <th scope="col">Is</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {corrections.map((each) => (
          <tr key={`${each.item} ${each.field}`}>
            <td>
              {each.item}, {each.field}
            </td>
            <td>{each.was}</td>
            <td>{each.now}</td>
            <td>{each.why}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why a page may be read and drives nothing: said before anything else. */
function ReadOnly({ why }: { readonly why: "superseded" | "expired" }) {
  return (
    <p className="paper-read-only" role="note" data-testid="read-only">
      <State is="look">
        {why === "superseded"
          ? "Superseded: kept to explain what changed. Read-only; it drives nothing."
          : "Expired: nobody has confirmed that it still holds. Read-only; it drives nothing."}
      </State>
    </p>
  );
}

/** Which pack a page comes from, its version, how long it holds, who declared what. */
function Provenance({ pack }: { readonly pack: PackReference }) {
  return (
    <Part title="Where this comes from">
      <dl className="paper-list">
        <dt>Pack</dt>
        <dd>
          <Link to="/know/$kind/$itemId" params={{ kind: "pack", itemId: pack.id }}>
            {pack.title}
          </Link>
          , version {pack.version}, released {pack.released}
        </dd>
        <dt>Valid to</dt>
        <dd>{pack.state === "superseded" ? "no longer: superseded" : `${pack.expires} (${pack.state})`}</dd>
        <dt>Jurisdiction</dt>
        <dd>{pack.jurisdiction}</dd>
        <dt>Disclosures</dt>
        <dd>{pack.disclosures || "not stated"}</dd>
        <dt>Licence</dt>
        <dd>{pack.licence}</dd>
        <dt>Fingerprint</dt>
        <dd className="paper-hash">{pack.hash}</dd>
      </dl>
    </Part>
  );
}

/** A part of a page with its heading. */
export function Part({
  title,
  children,
  testid,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly testid?: string;
}) {
  return (
    <section className="paper-part" data-testid={testid}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A link to a page of the library. */
export function To({
  kind,
  id,
  children,
}: {
  readonly kind: LibraryKind;
  readonly id: string;
  readonly children: ReactNode;
}) {
  return (
    <Link to="/know/$kind/$itemId" params={{ kind, itemId: id }}>
      {children}
    </Link>
  );
}
