import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ListedPack, PackDeed, PackList } from "../../cases/pack-views.ts";
import { packList, removePack, returnToPack } from "../api/packs.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { InstallPack } from "./packs-install.tsx";
import { PackKeys } from "./packs-keys.tsx";
import { type WhyAsked, WhyDialog } from "./why-dialog.tsx";
import "./packs.css";

/** The knowledge packs of this installation: in force, out of force, who signed them, and what was done with them. */
export function PacksPanel({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error } = useQuery(packList);
  const [asked, setAsked] = useState<WhyAsked | null>(null);
  const [words, setWords] = useState("");
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  const sought = words.trim().toLowerCase();
  const shown = data.packs.filter((pack) => `${pack.title} ${pack.id} ${pack.body}`.toLowerCase().includes(sought));
  return (
    <div className="admin-body" data-testid="packs">
      <p className="quiet-text">
        What is in force here speaks to every case, at once and in every process. A version is never changed or lost:
        decisions open again with the one they rested on.
      </p>
      {mayChange ? <InstallPack /> : null}
      <Silent silent={data.silent} mayChange={mayChange} onAsk={setAsked} />
      <h2>In force</h2>
      <TextField label="Search" value={words} onChange={setWords} />
      <div className="admin-table">
        <table className="packs-table" data-testid="packs-in-force">
          <thead>
            <tr>
              <th scope="col">Pack</th>
              <th scope="col">State</th>
              <th scope="col">From</th>
              <th scope="col">
                <span className="hidden-visually">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((pack) => (
              <PackRow key={pack.id} pack={pack} mayChange={mayChange} onAsk={setAsked} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 ? <p className="sub">No pack holds these words.</p> : null}
      <PackKeys mayChange={mayChange} onAsk={setAsked} />
      <Log log={data.log} />
      {asked ? <WhyDialog {...asked} onClose={() => setAsked(null)} /> : null}
    </div>
  );
}

interface Acting {
  readonly mayChange: boolean;
  readonly onAsk: (asked: WhyAsked) => void;
}

const STATES = { "in force": "fine", expired: "wait", superseded: "none" } as const;

function PackRow({ pack, mayChange, onAsk }: Acting & { readonly pack: ListedPack }) {
  const { shipped } = pack;
  return (
    <tr data-testid={`pack-${pack.id}`}>
      <td>
        <Link to="/know/$kind/$itemId" params={{ kind: "pack", itemId: pack.id }}>
          {pack.title}
        </Link>
        <div className="sub">
          {pack.body}, version {pack.version}, {pack.recommendations} recommendations, {pack.trials} trials,{" "}
          {pack.scales} scales
        </div>
      </td>
      <td>
        <State is={STATES[pack.state]}>
          {pack.state === "in force" ? `in force until ${pack.expires}` : `${pack.state}: to be read, drives nothing`}
        </State>
      </td>
      <td>
        {pack.from === "with Willis" ? <span className="sub">comes with Willis</span> : <From deed={pack.from} />}
      </td>
      <td className="quarantine-acts">
        {mayChange && shipped ? (
          <Button
            look="quiet"
            onPress={() =>
              onAsk({
                title: `Go back to version ${shipped.version} of ${pack.title}`,
                verb: "Go back to it",
                done: `Version ${shipped.version} is in force.`,
                act: (why) => returnToPack(shipped.hash, why),
              })
            }
          >
            Go back to {shipped.version}
          </Button>
        ) : null}
        {mayChange ? (
          <Button
            look="quiet"
            onPress={() =>
              onAsk({
                title: `Take ${pack.title} out of force`,
                verb: "Take it out of force",
                done: `${pack.title} is out of force.`,
                act: (why) => removePack(pack.id, why),
              })
            }
          >
            Take out
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

function Signed({ deed: { signature, key } }: { readonly deed: PackDeed }) {
  if (signature.state === "with Willis") return <span className="sub">comes with Willis, gone back to</span>;
  if (signature.state !== "signed") return <State is="look">not signed by a key that is relied on</State>;
  if (key?.revokedAt)
    return (
      <State is="wait">
        signed by {key.name}, whose key was revoked on {key.revokedAt.slice(0, 10)}: {key.revokedWhy}
      </State>
    );
  return (
    <State is="fine">
      signed by {key?.name ?? "a key"} ({signature.keyId})
    </State>
  );
}

function From({ deed }: { readonly deed: PackDeed }) {
  const { signature } = deed;
  return (
    <>
      <Signed deed={deed} />
      <div className="sub">
        {deed.at.slice(0, 10)} {deed.by ?? "in a terminal"}: {deed.why}
        {signature.acceptedBecause ? `. Taken because ${signature.acceptedBecause}` : ""}
      </div>
    </>
  );
}

function Silent({ silent, mayChange, onAsk }: Acting & { readonly silent: PackList["silent"] }) {
  if (silent.length === 0) return null;
  return (
    <section aria-label="Out of force">
      <h2>Out of force</h2>
      {silent.map(({ pack, why, shipped }) => (
        <div key={pack} className="quarantine-row" data-testid={`silent-${pack}`}>
          <div className="strong">{pack}</div>
          <State is="wait">{why}</State>
          {mayChange && shipped ? (
            <Button
              onPress={() =>
                onAsk({
                  title: `Put version ${shipped.version} of ${pack} in force`,
                  verb: "Put it in force",
                  done: `${pack} is in force again.`,
                  act: (why2) => returnToPack(shipped.hash, why2),
                })
              }
            >
              Put the one of Willis in force
            </Button>
          ) : (
            <span />
          )}
        </div>
      ))}
    </section>
  );
}

function Log({ log }: { readonly log: readonly PackDeed[] }) {
  return (
    <section aria-label="What was done">
      <h2>What was done</h2>
      {log.length === 0 ? <p className="sub">Nothing yet: all packs are those that come with Willis.</p> : null}
      {log.map((deed) => (
        <div key={`${deed.at} ${deed.pack}`} className="arrival">
          <span className="arrival-time">{deed.at.slice(0, 10)}</span>
          <span className="strong">{deed.title ?? deed.pack}</span>
          <span>{deed.hash ? `version ${deed.version} in force: ${deed.why}` : `out of force: ${deed.why}`}</span>
          <span />
          <span className="sub">{deed.by ?? "in a terminal"}</span>
        </div>
      ))}
    </section>
  );
}
