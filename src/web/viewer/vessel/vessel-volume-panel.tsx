import { useMemo, useState } from "react";
import type { Vec3 } from "../../../core/geometry.ts";
import { VESSEL_METHOD } from "../../../imaging/vessel/analysis.ts";
import type { Calibre, StenosisPick } from "../../../imaging/vessel/stenosis.ts";
import { Button } from "../../design/button.tsx";
import type { Depth } from "../../workers/vessel-messages.ts";
import { KeepMaskButton } from "../measure/keep-mask-button.tsx";
import { keepMeasurement } from "../measure/keep-measurement.ts";
import type { PanelContext } from "../side-panel.ts";
import { crosshairOf } from "../volumes/crosshair-store.ts";
import { setCurve } from "../volumes/curve/curve-store.ts";
import { referenceOf } from "../volumes/volume-source.ts";
import { DiameterPlot } from "./diameter-plot.tsx";
import { LineViews } from "./line-views.tsx";
import { MaskOver } from "./mask-over.tsx";
import { OverPane } from "./over-pane.tsx";
import { stenosisRows } from "./run-diameters.ts";
import { StenosisTable } from "./stenosis-table.tsx";
import { SurfaceLook } from "./surface-look.tsx";
import { useVessel } from "./use-vessel.ts";
import "./vessel.css";

type Hand = "seed" | "end" | "add" | "rub" | "none";
const NO_IDS: readonly string[] = [];
const METHOD = { name: VESSEL_METHOD.name, version: VESSEL_METHOD.version };
const SCALE = { perPixel: 1, unit: "mm", error: null, words: "mm" } as const;

/** A vessel of a volume: seed, mask with a brush, surface, centrelines, straightened view, diameters and stenosis. */
export default function VesselVolumePanel(context: PanelContext) {
  const { handle, state, caseId } = context;
  const content = handle?.content;
  const controller = handle?.controller;
  const imageIds = content?.images.imageIds[content.time] ?? NO_IDS;
  const work = useVessel(imageIds);
  const { size, measured, busy } = work;
  const [hand, setHand] = useState<Hand>("seed");
  const [seeds, setSeeds] = useState<readonly Vec3[]>([]);
  const [end, setEnd] = useState<Vec3>();
  const [seedDepth, setSeedDepth] = useState<Depth>();
  const [endDepth, setEndDepth] = useState<Depth>();
  const [radiusMm, setRadius] = useState(1.5);
  const [stroke, setStroke] = useState<readonly Vec3[]>([]);
  const [threshold, setThreshold] = useState<number>();
  const [chosen, setChosen] = useState(0);
  const [index, setIndex] = useState(0);
  const [pick, setPick] = useState<StenosisPick>({});
  const [kept, setKept] = useState(false);
  const series = content?.series;
  const reference = referenceOf(imageIds);

  const line = measured?.lines[chosen];
  const curve = useMemo(
    () => line?.sections.map(({ diameter, sd }, n): Calibre => ({ along: line.along[n]!, diameter, sd })) ?? [],
    [line],
  );
  const found = useMemo(() => stenosisRows(curve, pick), [curve, pick]);
  const marks = found
    ? (
        [
          ["proximal", "P", "Proximal reference", found.sizes.proximal],
          ["narrowest", "N", "Narrowest place", found.sizes.narrowest],
          ["distal", "D", "Distal reference", found.sizes.distal],
        ] as const
      ).flatMap(([id, letter, says, one]) => (one?.along === undefined ? [] : [{ id, letter, says, along: one.along }]))
    : [];

  // On a thick section (MIP) a place may lie anywhere in its depth.
  const halfMm = (state?.slabMm ?? 0) / 2;
  const facing = controller?.position()?.normal.join() ?? "";
  const depth = useMemo((): Depth | undefined => {
    const [x = 0, y = 0, z = 0] = facing.split(",").map(Number);
    return facing && halfMm > 0 ? { normal: [x, y, z], halfMm } : undefined;
  }, [facing, halfMm]);

  const onPick = (x: number, y: number) => {
    const place = controller?.toPatient(x, y);
    if (!place) return;
    const point: Vec3 = [place[0], place[1], place[2]];
    setKept(false);
    if (hand === "end") {
      setEnd(point);
      setHand("none");
      setEndDepth(depth);
      work.measure(point, depth);
      return;
    }
    setSeeds([point]);
    setSeedDepth(depth);
    setEnd(undefined);
    setThreshold(undefined);
    setHand("none");
    work.grow([point], { depth });
  };
  const onStroke = (x: number, y: number, phase: "begin" | "move" | "end") => {
    const place = controller?.toPatient(x, y);
    if (!place) return;
    const points: readonly Vec3[] = [...(phase === "begin" ? [] : stroke), [place[0], place[1], place[2]]];
    setStroke(phase === "end" ? [] : points);
    if (phase === "end") work.brush(points, radiusMm, hand === "add");
  };
  const goTo = (n: number) => {
    setIndex(n);
    const point = line?.sections[n]?.centre;
    if (point) crosshairOf(reference).put(point);
  };
  const choose = (n: number) => {
    setChosen(n);
    setIndex(0);
    setPick({});
    const points = measured?.lines[n]?.points;
    if (points)
      setCurve(
        reference,
        points.filter((_, at) => at % 4 === 0 || at === points.length - 1),
        "program",
      );
  };
  const place = series && { studyUid: series.studyUid, seriesUid: series.seriesUid };
  const keep = () => {
    if (!measured || !line || !place) return;
    keepMeasurement({
      kind: "path",
      label: "Vessel centreline",
      place: { ...place, ...(reference ? { frameOfReference: reference } : {}) },
      shape: { space: "patient", points: line.points.filter((_, n) => n % 4 === 0 || n === line.points.length - 1) },
      values: measured.measurements.map(({ code, label, value, unit, uncertainty, reason }) => ({
        ...{ code, label, value, unit },
        ...(uncertainty ? { uncertainty } : {}),
        ...(reason ? { reason } : {}),
      })),
      method: METHOD,
      calibration: "mm",
    });
    setKept(true);
  };
  const brushing = hand === "add" || hand === "rub";
  const seedSpot = seeds[0] && controller?.toCanvas(seeds[0]);
  const long =
    measured?.lines
      .map((one, n) => ({ one, n }))
      .filter(({ one, n }) => n === 0 || one.lengthMm >= 8)
      .slice(0, 24) ?? [];
  return (
    <section
      className="v-panel x-vessel"
      aria-label="Vessel"
      data-state={busy ? "busy" : measured ? "measured" : size ? "grown" : "empty"}
    >
      <header>
        <h2>Vessel</h2>
        <button
          type="button"
          aria-pressed={hand === "seed"}
          disabled={busy !== undefined}
          onClick={() => setHand(hand === "seed" ? "none" : "seed")}
        >
          {seeds.length > 0 ? "Place another seed" : "Place a seed"}
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
      {!busy && !size && !work.error && (
        <p>Click into the vessel on any section. It is grown from there at half of lumen and background.</p>
      )}
      {size && !busy && (
        <>
          <p>
            {size.volumeMl.toFixed(2)} mL segmented. Lumen {size.lumen.toFixed(0)}, background{" "}
            {size.background.toFixed(0)}.
          </p>
          {!measured &&
            size.limitations.map(({ code, message }) => (
              <p key={code} role="note">
                {message}
              </p>
            ))}
          <label className="v-row">
            Threshold
            <input
              type="range"
              min={Math.round(size.background)}
              max={Math.round(size.lumen)}
              value={threshold ?? Math.round(size.threshold)}
              onChange={({ target }) => setThreshold(Number(target.value))}
              onPointerUp={({ currentTarget }) =>
                work.grow(seeds, { threshold: Number(currentTarget.value), depth: seedDepth })
              }
              onKeyUp={({ currentTarget }) =>
                work.grow(seeds, { threshold: Number(currentTarget.value), depth: seedDepth })
              }
              onKeyDown={(event) => event.stopPropagation()}
            />
            <output>{threshold ?? `${Math.round(size.threshold)}, local`}</output>
          </label>
          <div className="x-acts">
            <button
              type="button"
              aria-pressed={hand === "add"}
              onClick={() => setHand(hand === "add" ? "none" : "add")}
            >
              Paint
            </button>
            <button
              type="button"
              aria-pressed={hand === "rub"}
              onClick={() => setHand(hand === "rub" ? "none" : "rub")}
            >
              Rub out
            </button>
            <button type="button" disabled={size.undos === 0} onClick={work.undo}>
              Undo
            </button>
            {brushing && (
              <label>
                {radiusMm.toFixed(1)} mm
                <input
                  type="range"
                  min={0.5}
                  max={8}
                  step={0.5}
                  value={radiusMm}
                  aria-label="Radius of the brush"
                  onChange={({ target }) => setRadius(Number(target.value))}
                  onKeyDown={(event) => event.stopPropagation()}
                />
              </label>
            )}
          </div>
          <div className="x-acts">
            <Button look="act" onPress={() => work.measure(end, endDepth)} data-testid="measure-vessel">
              Measure
            </Button>
            <button
              type="button"
              aria-pressed={hand === "end"}
              onClick={() => setHand(hand === "end" ? "none" : "end")}
            >
              To a place
            </button>
          </div>
        </>
      )}
      {size && place && (
        <KeepMaskButton
          {...{ ...place, kind: "vessel", label: "Vessel", made: "SEMIAUTOMATIC", method: METHOD }}
          of={`${place.seriesUid} ${seeds.join()}`}
          changes={work.version}
          bits={work.bits}
        />
      )}
      {measured && line && size && !busy && (
        <>
          {long.length > 1 && (
            <label className="v-row">
              Line
              <select value={chosen} onChange={({ target }) => choose(Number(target.value))}>
                {long.map(({ one, n }) => (
                  <option key={n} value={n}>
                    {n + 1}: {one.lengthMm.toFixed(0)} mm
                  </option>
                ))}
              </select>
              <output>{measured.lines.length}</output>
            </label>
          )}
          <LineViews
            work={work}
            line={chosen}
            view={line}
            window={{ low: size.background - 0.2 * (size.lumen - size.background), high: size.lumen }}
            index={Math.min(index, line.sections.length - 1)}
            onIndex={goTo}
          />
          <DiameterPlot
            curve={curve}
            unit="mm"
            marks={marks}
            at={line.along[index]}
            onAt={(along) => {
              if (along !== undefined)
                goTo(Math.round((along / (line.along.at(-1) || 1)) * (line.sections.length - 1)));
            }}
            onMark={(id, along) => setPick((now) => ({ ...now, [id]: along }))}
          />
          {found && place && (
            <StenosisTable
              found={found}
              scale={SCALE}
              method={METHOD}
              caseId={caseId}
              image={place}
              observedAt={series?.at ?? null}
            />
          )}
          <p>
            Length {line.lengthMm.toFixed(1)} mm, tortuosity {line.tortuosity.toFixed(2)}. {METHOD.name}{" "}
            {METHOD.version}. Not a medical device.
          </p>
          <div className="x-acts">
            <Button onPress={keep} isDisabled={kept} data-testid="keep-vessel">
              {kept ? "Kept" : "Keep"}
            </Button>
            <button type="button" onClick={() => choose(chosen)}>
              Show the line on the images
            </button>
          </div>
          <SurfaceLook key={work.version} work={work} />
          {measured.limitations.map(({ code, message }) => (
            <p key={code} role="note">
              {message}
            </p>
          ))}
        </>
      )}
      {controller && (
        <OverPane
          controller={controller}
          label="Segmented vessel"
          onPick={!busy && (hand === "seed" || hand === "end") ? onPick : undefined}
          onStroke={!busy && brushing ? onStroke : undefined}
        >
          {size && <MaskOver work={work} controller={controller} drawn={state?.drawn} depth={depth} />}
          {seedSpot && <circle cx={seedSpot[0]} cy={seedSpot[1]} r={5} className="x-seed" />}
          {stroke.map((point) => {
            const at = controller.toCanvas(point);
            return at ? (
              <circle key={point.join()} cx={at[0]} cy={at[1]} r={5} className={hand === "add" ? "x-add" : "x-rub"} />
            ) : null;
          })}
        </OverPane>
      )}
    </section>
  );
}
