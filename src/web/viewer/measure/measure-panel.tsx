import { useState } from "react";
import { errorWords, KEY_REASONS, type KeyReason, keptValueWords, type MaskView } from "../../../cases/kept.ts";
import { Button } from "../../design/button.tsx";
import { clockTime } from "../../panels/elapsed.ts";
import { keyName } from "../command.ts";
import type { PanelContext } from "../side-panel.ts";
import { takeInHand, useToolInHand } from "../tool-in-hand.ts";
import { MEASURING_TOOLS } from "./commands.ts";
import { GiveFact } from "./give-fact.tsx";
import { jumpTo, mark } from "./jump-to.ts";
import type { KeptItem } from "./kept-state.ts";
import { keptOf, type Saving, useKept } from "./kept-store.ts";
import { KeyImageList } from "./key-image-list.tsx";
import { markKeyImage } from "./key-images.ts";
import { MaskList } from "./mask-list.tsx";
import { senseWords } from "./measured.ts";
import { RegionMaskAct } from "./region-mask-act.tsx";
import { ReportMeasures } from "./report-measures.tsx";
import { saveShownView } from "./save-view.ts";
import { TimeCurve } from "./time-curve.tsx";
import "./measure.css";

/** What was measured of the studies that are open, the tools for it, and the key images. */
export default function MeasurePanel(context: PanelContext) {
  const { series, caseId } = context;
  const studies = [...new Set(series.map(({ studyUid }) => studyUid))];
  const kept = useKept(studies);
  const items = kept.flatMap((one) => one.items);
  const keys = kept.flatMap((one) => one.keys);
  const masks = kept.flatMap((one) => one.masks);
  const troubled = kept.filter(({ saving }) => saving.words !== "");
  const state = (["refused", "waiting", "saving"] as const).find((one) =>
    kept.some(({ saving }) => saving.state === one),
  );
  return (
    <div className="v-measure" data-testid="measurements">
      <ToolRow />
      <p className="v-saving" role="status" data-state={state ?? "saved"} data-testid="saving">
        {state ? WORDS[state] : items.length > 0 ? "All saved" : ""}
      </p>
      {troubled.map(({ studyUid, saving }) => (
        <p key={studyUid} className="v-saving-words" data-state={saving.state}>
          {saving.words}{" "}
          {saving.state === "saved" ? null : (
            <Button look="link" onPress={() => keptOf(studyUid).save()}>
              Save now
            </Button>
          )}
        </p>
      ))}
      {items.length === 0 ? (
        <p className="sub">Nothing is measured yet. Take a tool and draw on an image: it is saved as you go.</p>
      ) : (
        <ol className="v-measures">
          {items.map((item) => (
            <Row key={item.id} {...{ item, context, caseId }} mask={masks.find(({ id }) => id === item.id)} />
          ))}
        </ol>
      )}
      <MaskList masks={masks} context={context} />
      <ReportMeasures context={context} items={items} />
      <TimeCurve context={context} items={items} />
      <MarkKey context={context} />
      <KeyImageList keys={keys} context={context} />
    </div>
  );
}

const WORDS: Readonly<Record<Exclude<Saving["state"], "saved">, string>> = {
  saving: "Saving",
  waiting: "Not saved yet",
  refused: "Not saved",
};

function ToolRow() {
  const inHand = useToolInHand();
  return (
    <div className="v-measure-tools" role="toolbar" aria-label="Measuring tools">
      {MEASURING_TOOLS.map(({ tool, name, key }) => (
        <button
          key={tool}
          type="button"
          aria-pressed={tool === inHand}
          title={`${name} (${keyName(key)})`}
          onClick={() => takeInHand(tool === inHand ? "window" : tool)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** Facts of a case that a length can be. */
const LENGTH_FACTS = ["aneurysm_size_mm", "aneurysm_neck_mm", "subdural_thickness_mm", "midline_shift_mm"] as const;

function Row({
  item,
  context,
  caseId,
  mask,
}: {
  readonly item: KeptItem;
  readonly context: PanelContext;
  readonly caseId: string | undefined;
  readonly mask: MaskView | undefined;
}) {
  const [name, setName] = useState<string>();
  const [fact, setFact] = useState("");
  const store = keptOf(item.place.studyUid);
  const rename = () => {
    const draft = name === undefined ? null : store.find(item.id);
    if (draft && draft.label !== name) store.put({ ...draft, label: name ?? "" });
    setName(undefined);
  };
  const length = item.values.find(({ unit, value }) => unit === "mm" && value !== null);
  const series = context.series.find(({ seriesUid }) => seriesUid === item.place.seriesUid);
  const go = () => {
    jumpTo(context, item);
    mark(item.id);
  };
  return (
    <li data-testid="measurement" data-kind={item.kind}>
      <div className="v-measure-head">
        {name === undefined ? (
          <button type="button" className="v-measure-name" onClick={go} title="Go to it">
            {item.label || KIND_WORDS[item.kind] || item.kind}
          </button>
        ) : (
          <input
            aria-label="Name of the measurement"
            value={name}
            maxLength={200}
            ref={(field) => field?.focus()}
            onChange={({ target }) => setName(target.value)}
            onBlur={rename}
            onKeyDown={(event) => {
              if (event.key === "Enter") rename();
              else if (event.key === "Escape") setName(undefined);
            }}
          />
        )}
        <span className="v-measure-acts">
          <Button look="link" onPress={() => setName(item.label)}>
            Rename
          </Button>
          <Button look="link" onPress={() => store.remove(item.id)} aria-label={`Delete ${item.label || item.kind}`}>
            Delete
          </Button>
        </span>
      </div>
      {item.values.map((value) => (
        <p key={value.code} className="v-measure-value" data-code={value.code}>
          <span>{value.label}</span> <strong>{keptValueWords(value)}</strong>
        </p>
      ))}
      <p className="sub">
        {[
          senseWords(item.calibration),
          errorWords(item.values) ? `error: ${errorWords(item.values)}` : "",
          series?.label || series?.description,
          item.place.frame ? `frame ${item.place.frame}` : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <p className="sub">{whoWords(item)}</p>
      <RegionMaskAct item={item} context={context} kept={mask} />
      {length && caseId ? (
        <div className="v-measure-give">
          <label>
            <span className="sub">Is the</span>{" "}
            <select aria-label="Fact of the case" value={fact} onChange={({ target }) => setFact(target.value)}>
              <option value="">choose what it is</option>
              {LENGTH_FACTS.map((one) => (
                <option key={one} value={one}>
                  {FACT_WORDS[one]}
                </option>
              ))}
            </select>
          </label>
          {fact ? (
            <GiveFact
              {...{ caseId, name: fact, value: Math.round(length.value! * 10) / 10, unit: "mm", method: item.method }}
              {...(length.uncertainty ? { uncertainty: length.uncertainty } : {})}
              image={{
                studyUid: item.place.studyUid,
                seriesUid: item.place.seriesUid,
                ...(item.place.sopUid ? { sopUid: item.place.sopUid } : {}),
                ...(item.place.frame ? { frame: item.place.frame } : {}),
              }}
              observedAt={series?.at ?? null}
            />
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

const FACT_WORDS: Readonly<Record<(typeof LENGTH_FACTS)[number], string>> = {
  aneurysm_size_mm: "aneurysm size",
  aneurysm_neck_mm: "aneurysm neck",
  subdural_thickness_mm: "thickness of the subdural",
  midline_shift_mm: "midline shift",
};

const KIND_WORDS: Readonly<Partial<Record<KeptItem["kind"], string>>> = {
  ...Object.fromEntries(MEASURING_TOOLS.map(({ tool, name }) => [tool, name])),
  calliper: "Calliper",
  stenosis: "Stenosis",
  path: "Path",
  volume: "Volume",
};

function whoWords({ kept, waiting }: KeptItem): string {
  if (!kept) return "by you, not saved yet";
  const now = Date.now();
  const made = `${kept.by.name}, ${clockTime(Date.parse(kept.at), now)}`;
  const again =
    kept.version > 1 ? `; changed by ${kept.changedBy.name}, ${clockTime(Date.parse(kept.changedAt), now)}` : "";
  return `${made}${again}${waiting ? "; your change is not saved yet" : ""}`;
}

function MarkKey({ context }: { readonly context: PanelContext }) {
  const [reason, setReason] = useState<KeyReason>("report");
  const [caption, setCaption] = useState("");
  return (
    <form
      className="v-mark-key"
      onSubmit={(event) => {
        event.preventDefault();
        void markKeyImage(context.handle, reason, caption.trim()).then((done) => done && setCaption(""));
      }}
    >
      <h3>Key images</h3>
      <input
        aria-label="What it shows"
        placeholder="What it shows"
        value={caption}
        maxLength={400}
        onChange={({ target }) => setCaption(target.value)}
      />
      <select aria-label="Reason" value={reason} onChange={({ target }) => setReason(target.value as KeyReason)}>
        {(Object.keys(KEY_REASONS) as KeyReason[]).map((one) => (
          <option key={one} value={one}>
            {KEY_REASONS[one]}
          </option>
        ))}
      </select>
      <Button type="submit" isDisabled={!context.handle?.content} data-testid="mark-key">
        Mark this frame
      </Button>
      <Button
        isDisabled={!context.handle?.content}
        onPress={() => void saveShownView(context.handle, caption.trim().slice(0, 64))}
        data-testid="save-view"
      >
        Save this view
      </Button>
    </form>
  );
}
