import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deed, issuers } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { counted } from "./figures.ts";

interface Given {
  readonly given: number;
  readonly twice: readonly string[];
}

/** Whose patient numbers those are that come without an issuer: "4471" of two hospitals is two patients. */
export function IssuersPanel({ mayChange }: { readonly mayChange: boolean }) {
  const { data } = useQuery(issuers);
  const [aeTitle, setAeTitle] = useState("");
  const [issuer, setIssuer] = useState("");
  const [twice, setTwice] = useState<readonly string[]>([]);
  const save = async (given: { aeTitle: string; issuer: string }) => {
    try {
      const result = await deed<Given>("/api/issuers", given, "PUT");
      setTwice(result.twice);
      setIssuer("");
      setAeTitle("");
      say(result.given > 0 ? `Saved; ${counted(result.given, "patient")} got this issuer.` : "Saved.");
    } catch (failure) {
      sayProblem(failure);
    }
  };
  return (
    <section className="stack" data-testid="issuers">
      <h2>Who issues patient numbers</h2>
      <p className="quiet-text">
        For senders whose images state no issuer. The same number of another issuer is another patient.
      </p>
      <ul className="issuer-list">
        {(data?.issuers ?? []).map((one) => (
          <li key={one.aeTitle} className="spread">
            <span>
              <span className="strong">{one.issuer}</span>{" "}
              <span className="sub">
                {one.aeTitle === "" ? "all senders of this organisation" : `from ${one.aeTitle}`}
              </span>
            </span>
            {mayChange ? (
              <Button look="quiet" onPress={() => void save({ aeTitle: one.aeTitle, issuer: "" })}>
                Remove
              </Button>
            ) : null}
          </li>
        ))}
        {data?.issuers.length === 0 ? (
          <li className="sub">None is set: a number without an issuer stands for itself.</li>
        ) : null}
      </ul>
      {mayChange ? (
        <div className="fields issuer-form">
          <TextField
            label="Issuer"
            value={issuer}
            onChange={setIssuer}
            placeholder="e.g. KANTONSSPITAL"
            data-testid="issuer"
          />
          <TextField
            label="Only for the AE title"
            value={aeTitle}
            onChange={setAeTitle}
            placeholder="empty: all senders"
          />
          <Button isDisabled={!issuer.trim()} onPress={() => void save({ aeTitle, issuer })} data-testid="issuer-save">
            Set
          </Button>
        </div>
      ) : null}
      {twice.length > 0 ? (
        <Notice inset title="These numbers exist with and without the issuer">
          {twice.slice(0, 10).join(", ")}
          {twice.length > 10 ? ` and ${twice.length - 10} more` : ""}. Look at each under Patients, and merge where it
          is one person.
        </Notice>
      ) : null}
    </section>
  );
}
