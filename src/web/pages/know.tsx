import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { packs, scales } from "../api/queries.ts";
import type { PackLine } from "../api/views.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { KnowItemDialog } from "../panels/know-item.tsx";
import { Failed } from "./failed.tsx";
import "./know.css";

export type KnowItem = { readonly kind: "recommendation" | "trial"; readonly id: string };

/** What Willis knows, and how well: packs with version, expiry and disclosures; recommendations; trials; scales. */
export function KnowPage() {
  const { data, error, isPending } = useQuery(packs);
  const { data: allScales = [] } = useQuery(scales);
  const [search, setSearch] = useState("");
  const [tab, setTab] = useState("packs");
  const [item, setItem] = useState<KnowItem | null>(null);
  const words = search.toLowerCase().split(/\s+/);
  const has = (...texts: readonly string[]) => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };

  const recommendations = useMemo(
    () => (data ?? []).flatMap((pack) => pack.recommendations.map((each) => ({ ...each, pack }))),
    [data],
  );
  const trials = useMemo(
    () => [...new Map((data ?? []).flatMap((pack) => pack.trials.map((each) => [each.id, each] as const))).values()],
    [data],
  );
  if (!data) return isPending ? <Notice middle title="Asking for the packs" /> : <Failed error={error} />;

  const foundPacks = data.filter((pack) => has(pack.title, pack.body, pack.id));
  const foundItems = recommendations.filter((each) =>
    has(each.subject, each.action, each.topic, each.pack.title, each.id),
  );
  const foundTrials = trials.filter((each) => has(each.acronym, each.conclusion, String(each.year), each.id));
  const foundScales = allScales.filter((each) => has(each.name, each.domain, each.id));
  return (
    <>
      <header className="top">
        <SearchField className="search" value={search} onChange={setSearch} aria-label="Search what is known">
          <Input className="input" placeholder="Recommendation, trial, scale …" />
        </SearchField>
      </header>
      <main className="know" data-testid="know">
        <Tabs
          label="What is known"
          value={tab}
          onChange={setTab}
          tabs={[
            {
              id: "packs",
              label: "Packs",
              count: foundPacks.length,
              panel: (
                <div className="know-packs">
                  {foundPacks.map((pack) => (
                    <PackCard key={pack.id} pack={pack} />
                  ))}
                  {foundPacks.length === 0 ? <Notice title="No pack is called so" /> : null}
                </div>
              ),
            },
            {
              id: "recommendations",
              label: "Recommendations",
              count: foundItems.length,
              panel: (
                <ul className="know-list">
                  {foundItems.map((each) => (
                    <li key={`${each.pack.id}/${each.id}`} className="know-row">
                      <div className="know-main">
                        <Button look="link" onPress={() => setItem({ kind: "recommendation", id: each.id })}>
                          {each.subject}
                        </Button>
                        <div className="quiet-text">{each.action}</div>
                      </div>
                      <div className="sub">
                        {each.pack.body}
                        <br />
                        {each.strength}
                        {each.certainty && each.certainty !== "n/a" ? `, ${each.certainty}` : ""}
                      </div>
                      <div className="sub">
                        {each.status === "superseded" ? (
                          <State is="look">superseded, drives nothing</State>
                        ) : (
                          `valid to ${each.expires}`
                        )}
                      </div>
                    </li>
                  ))}
                </ul>
              ),
            },
            {
              id: "trials",
              label: "Trials",
              count: foundTrials.length,
              panel: (
                <ul className="know-list">
                  {foundTrials.map((each) => (
                    <li key={each.id} className="know-row">
                      <div className="know-main">
                        <Button look="link" onPress={() => setItem({ kind: "trial", id: each.id })}>
                          {each.acronym}
                        </Button>
                        <div className="quiet-text">{each.conclusion}</div>
                      </div>
                      <div className="sub">{each.year}</div>
                      <div />
                    </li>
                  ))}
                </ul>
              ),
            },
            {
              id: "scales",
              label: "Scales",
              count: foundScales.length,
              panel: (
                <ul className="know-list">
                  {foundScales.map((each) => (
                    <li key={each.id} className="know-row">
                      <div className="know-main">
                        <b>{each.name}</b>
                        <div className="sub">{each.source}</div>
                      </div>
                      <div className="sub">{each.domain}</div>
                      <div className="sub">
                        {each.verified === "source-seen" ? "source seen" : "from memory, not yet checked"}
                      </div>
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      </main>
      <KnowItemDialog item={item} onClose={() => setItem(null)} />
    </>
  );
}

function PackCard({ pack }: { readonly pack: PackLine }) {
  const { counts, verification } = pack;
  return (
    <article className="card know-pack" data-testid="pack">
      <div className="spread">
        <h2>{pack.title}</h2>
        <State is={pack.state === "in force" ? "fine" : "look"}>
          {pack.state === "in force" ? "in force" : `${pack.state}: readable, drives nothing`}
        </State>
      </div>
      <p className="quiet-text">
        {pack.body} · {counts.recommendations} recommendations, {counts.trials} trials, {counts.scales} scales
      </p>
      <dl className="evidence-source know-source">
        <dt>Version</dt>
        <dd>
          {pack.version}, released {pack.released}
        </dd>
        <dt>Valid to</dt>
        <dd>
          {pack.expires} <span className="sub">{pack.expiryRule}</span>
        </dd>
        <dt>Checked</dt>
        <dd>
          {verification.sourceSeen} seen in a source, {verification.fromMemory} from memory. {verification.words}
        </dd>
        <dt>Disclosures</dt>
        <dd>{pack.disclosures || "not stated"}</dd>
        <dt>Licence</dt>
        <dd>{pack.licence}</dd>
        <dt>Fingerprint</dt>
        <dd className="know-hash">{pack.hash}</dd>
      </dl>
    </article>
  );
}
