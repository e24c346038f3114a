import { useState, useSyncExternalStore } from "react";
import type { KeptValue } from "../../../cases/kept.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import { ANEURYSM_METHOD } from "../../../imaging/aneurysm/measures.ts";
import { Button } from "../../design/button.tsx";
import type { Depth } from "../../workers/vessel-messages.ts";
import { keepMask, maskSpaceOf } from "../measure/keep-mask.ts";
import { keepMeasurement } from "../measure/keep-measurement.ts";
import { useKept } from "../measure/kept-store.ts";
import type { PanelContext } from "../side-panel.ts";
import { crosshairOf } from "../volumes/crosshair-store.ts";
import { membersOf, membersVersion, subscribeMembers } from "../volumes/members.ts";
import { referenceOf } from "../volumes/volume-source.ts";
import { DevicesPart, vesselWords } from "./devices-part.tsx";
import { GrowthPart } from "./growth-part.tsx";
import { type EarlierAneurysm, earlierOf } from "./growth-rows.ts";
import { MeasureTable } from "./measure-table.tsx";
import { NeckOver } from "./neck-over.tsx";
import { movedNeck, tiltedNeck } from "./neck-plane.ts";
import { NeckSurface } from "./neck-surface.tsx";
import { useAneurysm } from "./use-aneurysm.ts";
import { ViewsPart } from "./views-part.tsx";
import "../vessel/vessel.css";
import "./aneurysm.css";

const NO_IDS: readonly string[] = [];
const METHOD = { name: ANEURYSM_METHOD.name, version: ANEURYSM_METHOD.version };

/** An aneurysm of a volume: a click in its dome, the neck proposed and dragged, its measures, views, devices, growth. */
export default function AneurysmPanel(context: PanelContext) {
  const { handle, caseId } = context;
  const content = handle?.content;
  const series = content?.series;
  const imageIds = content?.images.imageIds[content.time] ?? NO_IDS;
  const work = useAneurysm(imageIds);
  const { busy, dome, neck, whole } = work;
  const reference = referenceOf(imageIds);
  useSyncExternalStore(subscribeMembers, membersVersion);
  const [picking, setPicking] = useState(true);
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const [threshold, setThreshold] = useState<number>();
  const studies = [...new Set(context.series.map(({ studyUid }) => studyUid))];
  const kept = useKept(studies);
  const place = series && { studyUid: series.studyUid, seriesUid: series.seriesUid };
  const members = reference ? membersOf(reference) : [];
  const controllers = new Set(members.map(({ controller }) => controller));
  if (handle) controllers.add(handle.controller);

  const onPick = (point: Vec3, depth: Depth | undefined) => {
    setPicking(false);
    setSaid("");
    setThreshold(undefined);
    work.begin(point, { depth });
  };
  const values: readonly KeptValue[] =
    whole?.measurements.map(({ code, label, value, unit, uncertainty, reason }) => ({
      ...{ code, label, value, unit },
      ...(uncertainty ? { uncertainty } : {}),
      ...(reason ? { reason } : {}),
    })) ?? [];
  const all = kept.flatMap(({ items }) =>
    items.map((item): EarlierAneurysm => ({ ...item, at: item.kept?.changedAt ?? undefined })),
  );
  const known = [...new Set(all.filter((one) => earlierOf([one], one.label).length > 0).map(({ label }) => label))];
  const keep = async () => {
    if (!place || !whole || whole.reason !== null) return;
    const label = name.trim();
    keepMeasurement({
      ...{ kind: "volume", label, values, method: METHOD, calibration: "mm" },
      place: { ...place, ...(reference ? { frameOfReference: reference } : {}) },
      shape: { space: "patient", points: [...whole.neckLine, whole.neckLine[0]!] },
    });
    setSaid("Measures kept. Keeping the segmentation");
    try {
      const { grid, bits } = await work.ask("bits", { kind: "bits" });
      const space = maskSpaceOf(grid);
      await keepMask({ ...place, ...{ kind: "aneurysm", label, space, bits, made: "SEMIAUTOMATIC", method: METHOD } });
      setSaid("Measures and segmentation kept");
    } catch (error) {
      setSaid(`Measures kept; the segmentation is not: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const nudge = (mm: number) => neck && work.setNeck(movedNeck(neck.plane, mm), true);
  const tip = (axis: Vec3, degrees: number) =>
    neck?.centre && work.setNeck(tiltedNeck(neck.plane, neck.centre, axis, (degrees * Math.PI) / 180), true);
  const measured = neck && neck.reason === null;
  return (
    <section
      className="v-panel x-vessel n-panel"
      aria-label="Aneurysm"
      data-state={busy ? "busy" : neck ? (measured ? "measured" : "no-neck") : "empty"}
      data-whole={whole !== undefined && whole === neck}
    >
      <header>
        <h2>Aneurysm</h2>
        <button type="button" aria-pressed={picking} disabled={busy !== undefined} onClick={() => setPicking(!picking)}>
          {dome ? "Measure another" : "Click the dome"}
        </button>
      </header>
      {busy && (
        <div className="x-busy" role="status">
          <progress value={busy.fraction} max={1} /> <span>{busy.step}</span>
          <button type="button" onClick={work.stop}>
            Stop
          </button>
        </div>
      )}
      {work.error && <p role="alert">{work.error}</p>}
      {!busy && !dome && !work.error && <p>Click into the dome on any section. Vessels are grown from there.</p>}
      {neck && !busy && (
        <>
          {neck.reason !== null && <p role="alert">{neck.reason}</p>}
          <NeckSurface ask={work.ask} neck={neck} setNeck={work.setNeck} />
          <div
            className="n-keys"
            role="toolbar"
            aria-label="Neck: arrow keys move and tilt it"
            onKeyDown={(event) => {
              const act = {
                ArrowUp: () => nudge(0.1),
                ArrowDown: () => nudge(-0.1),
                ArrowLeft: () => tip(event.shiftKey ? [1, 0, 0] : [0, 1, 0], 2),
                ArrowRight: () => tip(event.shiftKey ? [1, 0, 0] : [0, 1, 0], -2),
              }[event.key];
              if (!act) return;
              event.preventDefault();
              event.stopPropagation();
              act();
            }}
          >
            <button type="button" title="Up arrow" onClick={() => nudge(0.2)}>
              Into the dome
            </button>
            <button type="button" title="Down arrow" onClick={() => nudge(-0.2)}>
              To the vessel
            </button>
            <button type="button" disabled={!work.undo} onClick={work.undo}>
              Undo
            </button>
            <button type="button" disabled={!work.redo} onClick={work.redo}>
              Redo
            </button>
            <button type="button" disabled={!work.reset} onClick={work.reset}>
              Back to the proposal
            </button>
            <button type="button" onClick={() => neck.centre && crosshairOf(reference).put(neck.centre)}>
              Show on all planes
            </button>
          </div>
        </>
      )}
      {neck && measured && place && !busy && (
        <>
          <MeasureTable
            neck={neck.whole || !whole ? neck : { ...neck, vessels: whole.vessels }}
            caseId={caseId}
            image={place}
            observedAt={series?.at ?? null}
          />
          {whole && whole.vessels.length > 0 && (
            <label className="v-row">
              Parent
              <select
                value={whole.parent}
                onChange={({ target }) => {
                  const points = whole.vessels[Number(target.value)]?.points;
                  const at = points?.[points.length >> 1];
                  if (at) work.setParent(at);
                }}
              >
                {whole.vessels.map((vessel, n) => (
                  <option key={vessel.points[vessel.points.length - 1]!.join()} value={n}>
                    {vesselWords(vessel, n)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <div className="n-keep">
            <label>
              Name
              <input
                value={name}
                list="n-names"
                placeholder="such as MCA left"
                onChange={({ target }) => setName(target.value)}
                onKeyDown={(event) => event.stopPropagation()}
              />
            </label>
            <datalist id="n-names">
              {known.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <Button
              look="act"
              onPress={() => void keep()}
              isDisabled={name.trim() === "" || !neck.whole}
              data-testid="keep-aneurysm"
            >
              Keep
            </Button>
          </div>
          {said && <p role="status">{said}</p>}
          {name.trim() !== "" && neck.whole && <GrowthPart earlier={earlierOf(all, name)} now={values} />}
        </>
      )}
      {whole && whole.reason === null && !busy && (
        <>
          <ViewsPart ask={work.ask} neck={whole} />
          <DevicesPart neck={whole} />
        </>
      )}
      {dome && !busy && (
        <details>
          <summary>Segmentation</summary>
          <label className="v-row">
            Threshold
            <input
              type="range"
              min={Math.round(dome.background)}
              max={Math.round(dome.lumen)}
              value={threshold ?? Math.round(dome.threshold)}
              onChange={({ target }) => setThreshold(Number(target.value))}
              onPointerUp={({ currentTarget }) => work.begin(dome.dome, { threshold: Number(currentTarget.value) })}
              onKeyUp={({ currentTarget }) => work.begin(dome.dome, { threshold: Number(currentTarget.value) })}
              onKeyDown={(event) => event.stopPropagation()}
            />
            <output>{threshold ?? `${Math.round(dome.threshold)}, local`}</output>
          </label>
        </details>
      )}
      {!busy &&
        (whole ?? dome)?.limitations.map(({ code, message }) => (
          <p key={code} role="note">
            {message}
          </p>
        ))}
      {neck && !busy && (
        <p className="n-foot">
          ± is one standard deviation. {METHOD.name} {METHOD.version}. Not a medical device.
        </p>
      )}
      {[...controllers].map((controller) => (
        <NeckOver
          key={controller.viewportId}
          controller={controller}
          neck={busy ? undefined : neck}
          setNeck={work.setNeck}
          onPick={picking && !busy ? onPick : undefined}
        />
      ))}
    </section>
  );
}
