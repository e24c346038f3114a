import { useEffect, useState } from "react";
import { useIsPhone } from "../../design/phone.ts";
import type { ObjectFile } from "./series-objects.ts";
import { SummaryView } from "./summary-view.tsx";

const MOST_TEXT = 200_000;

/** An encapsulated document: a PDF in the pane where the browser shows PDFs, XML as text, others by name to download. */
export function DocumentView({ object }: { readonly object: ObjectFile }) {
  const phone = useIsPhone();
  const type = String(object.json["00420012"]?.Value?.[0] ?? "");
  const address = `${object.address}/rendered`;
  const isPdf = object.kind.name.includes("PDF") || type === "application/pdf";
  const inPlace = isPdf && !phone && navigator.pdfViewerEnabled;
  if (inPlace) {
    return (
      <div className="o-document">
        <iframe src={`${address}#view=FitH&navpanes=0`} title={object.summary.title} />
      </div>
    );
  }
  return (
    <article className="o-page">
      <SummaryView
        object={object}
        middle={
          isPdf ? (
            <p className="o-note">
              {navigator.pdfViewerEnabled
                ? "On a small screen a document is read on a page of its own."
                : "This browser shows no PDF inside a page."}{" "}
              <a className="o-link" href={address} target="_blank" rel="noreferrer">
                Open the document
              </a>
            </p>
          ) : /xml|text/.test(type) ? (
            <TextOf address={address} />
          ) : (
            <p className="o-note">
              A document of type {type || "not stated"} is not shown here.{" "}
              <a className="o-link" href={address} download>
                Download the document
              </a>{" "}
              and open it with its own program.
            </p>
          )
        }
      />
    </article>
  );
}

/** The words of an XML document (e.g. CDA): its text alone, nothing of it is run or fetched. */
function TextOf({ address }: { readonly address: string }) {
  const [words, setWords] = useState("Opening");
  useEffect(() => {
    let stale = false;
    fetch(address, { credentials: "same-origin", headers: { Accept: "text/xml, */*" } })
      .then(async (answer) => {
        if (!answer.ok)
          throw new Error(`The server could not give this document (status ${answer.status}). Try again.`);
        const xml = new DOMParser().parseFromString((await answer.text()).slice(0, 20 * MOST_TEXT), "text/xml");
        const lines = (xml.documentElement.textContent ?? "").split("\n").map((line) => line.trim());
        return lines.filter(Boolean).join("\n").slice(0, MOST_TEXT);
      })
      .then(
        (text) => !stale && setWords(text || "The document holds no words."),
        (error: unknown) => !stale && setWords(error instanceof Error ? error.message : String(error)),
      );
    return () => {
      stale = true;
    };
  }, [address]);
  return <pre className="o-text">{words}</pre>;
}
