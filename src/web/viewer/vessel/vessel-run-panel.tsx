import { useEffect, useMemo, useRef, useState } from "react";
import { type DiameterAt, type DiameterCurve, type Point2, refusal } from "../../../imaging/vessel/diameter.ts";
import type { StenosisPick } from "../../../imaging/vessel/stenosis.ts";
import { Button } from "../../design/button.tsx";
import type { AngioContext } from "../angio/angio-panels.ts";
import { relationshipOf } from "../angio/mask-frames.ts";
import { calibrationOf } from "../measure/calibration.ts";
import { keepMeasurement } from "../measure/keep-measurement.ts";
import { number, TAG, text } from "../pane/dicom-json.ts";
import { pixelToCorner, pixelToWorld, worldToPixel } from "../pane/image-place.ts";
import { frameOf } from "../pane/series-images.ts";
import { DiameterPlot } from "./diameter-plot.tsx";
import { OverPane } from "./over-pane.tsx";
import { scaled, scaleOf, stenosisRows } from "./run-diameters.ts";
import { RUN_METHOD, StenosisTable } from "./stenosis-table.tsx";
import { type VesselWorker, vesselWorker } from "./vessel-worker.ts";
import "./vessel.css";

interface Measured {
  readonly curve: DiameterCurve;
  readonly frame: number;
}

/** Diameters along a vessel of a run: two clicks, callipers on the vessel, the curve with its error, stenosis by name. */
export default function VesselRunPanel(context: AngioContext) {
  const { handle, content, subtraction, frame, state } = context;
  const [ends, setEnds] = useState<readonly Point2[]>([]);
  const [picking, setPicking] = useState(true);
  const [measured, setMeasured] = useState<Measured>();
  const [says, setSays] = useState("");
  const [pick, setPick] = useState<StenosisPick>({});
  const [at, setAt] = useState<number>();
  const [kept, setKept] = useState(false);
  const worker = useRef<VesselWorker>(undefined);
  useEffect(() => {
    worker.current = vesselWorker();
    return () => worker.current?.end();
  }, []);
  const series = content?.series;
  // Another run, another vessel.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another run is shown.
  useEffect(() => {
    setEnds([]);
    setMeasured(undefined);
    setPicking(true);
  }, [series?.seriesUid]);

  const instance = content?.instance;
  const controller = handle?.controller;
  const imageId = controller?.currentImageId();
  const scale = useMemo(() => (instance ? scaleOf(calibrationOf(instance, frame)) : undefined), [instance, frame]);
  const wrong = instance && refusal({ subtracted: !subtraction?.raw, relationship: relationshipOf(instance) });

  const measure = async (from: Point2, to: Point2, onFrame: number) => {
    if (!instance || !worker.current) return;
    setSays("Finding the way along the vessel");
    setMeasured(undefined);
    setPick({});
    setKept(false);
    try {
      const [densities, raw] = await Promise.all([context.subtractedFrames(), context.frames()]);
      const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
      const top = 2 ** (number(instance, TAG.BitsStored) ?? 12) - 1;
      const saturated = new Uint8Array(rows * columns);
      const stored = raw[onFrame]!;
      for (let p = 0; p < saturated.length; p++) if (stored[p]! >= top || stored[p]! <= 0) saturated[p] = 1;
      const density = densities[onFrame]!.slice();
      const question = { kind: "run", density, saturated, rows, columns, from, to } as const;
      const { curve } = await worker.current.ask("run", question, undefined, [density.buffer, saturated.buffer]);
      if (!curve) throw new Error("No way was found between these places. Click two places on one vessel.");
      setMeasured({ curve, frame: onFrame });
      setSays("");
    } catch (error) {
      setSays(error instanceof Error ? error.message : String(error));
    }
  };

  const onPick = (x: number, y: number) => {
    const world = controller?.toPatient(x, y);
    if (!imageId || !world) return;
    const place: Point2 = worldToPixel(frameOf(imageId)?.plane ?? null, world);
    const next = ends.length === 1 ? [...ends, place] : [place];
    setEnds(next);
    if (next.length < 2) return;
    setPicking(false);
    void measure(next[0]!, next[1]!, frame);
  };

  const curve = useMemo(() => (measured && scale ? scaled(measured.curve.points, scale) : []), [measured, scale]);
  const found = useMemo(() => stenosisRows(curve, pick), [curve, pick]);
  const marks = found
    ? (
        [
          ["proximal", "P", "Proximal reference", found.sizes.proximal],
          ["narrowest", "N", "Narrowest place", found.sizes.narrowest],
          ["distal", "D", "Distal reference", found.sizes.distal],
        ] as const
      ).flatMap(([id, letter, says, size]) =>
        size?.along === undefined ? [] : [{ id, letter, says, along: size.along }],
      )
    : [];
  const place = series && {
    studyUid: series.studyUid,
    seriesUid: series.seriesUid,
    ...(instance && text(instance, TAG.SOPInstanceUID) ? { sopUid: text(instance, TAG.SOPInstanceUID)! } : {}),
    frame: (measured?.frame ?? frame) + 1,
  };

  const keep = () => {
    if (!found || !measured || !place || !scale) return;
    keepMeasurement({
      kind: "stenosis",
      label: "Stenosis",
      place,
      shape: { space: "image", points: measured.curve.points.map(({ centre }) => pixelToCorner(centre)) },
      values: [
        ...found.rows.map(({ method, percent, low, high, words }) => ({
          code: `stenosis.${method.toLowerCase()}`,
          label: `Stenosis (${method})`,
          value: percent,
          unit: "%",
          ...(percent === null ? { reason: words } : { uncertainty: { low, high, basis: "twice the SD of the fits" } }),
        })),
        {
          code: "stenosis.least_diameter",
          label: "Narrowest diameter",
          value: found.sizes.narrowest.value,
          unit: scale.unit,
          uncertainty: {
            low: found.sizes.narrowest.value - 2 * found.sizes.narrowest.sd,
            high: found.sizes.narrowest.value + 2 * found.sizes.narrowest.sd,
            basis: "twice the SD of the fit",
          },
        },
      ],
      method: RUN_METHOD,
      calibration: scale.words,
    });
    setKept(true);
  };

  const toCanvas = (point: Point2) =>
    imageId ? controller?.toCanvas(pixelToWorld(frameOf(imageId)?.plane ?? null, point)) : undefined;
  return (
    <section
      className="v-panel x-vessel"
      aria-label="Diameter"
      data-points={measured?.curve.points.length ?? 0}
      data-drawn={state?.drawn}
    >
      <header>
        <h2>Vessel diameter</h2>
        <button type="button" aria-pressed={picking} onClick={() => setPicking((on) => !on)}>
          {picking ? "Stop placing" : "Place ends"}
        </button>
      </header>
      {wrong ? (
        <p role="note">
          <strong>{wrong.message}</strong>
        </p>
      ) : (
        <>
          {!measured && (
            <p role="status">
              {says ||
                (ends.length === 1
                  ? "Click the other end, downstream."
                  : "Click one end of the vessel, then the other, in the direction of flow.")}
            </p>
          )}
          {measured && scale && (
            <>
              <DiameterPlot
                curve={curve}
                unit={scale.unit}
                marks={marks}
                at={at}
                onAt={setAt}
                onMark={(id, along) => setPick((now) => ({ ...now, [id]: along }))}
              />
              {found && place && (
                <StenosisTable
                  found={found}
                  scale={scale}
                  method={RUN_METHOD}
                  caseId={context.caseId}
                  image={place}
                  observedAt={series?.at ?? null}
                />
              )}
              <div className="x-acts">
                <Button onPress={keep} isDisabled={kept || !found} data-testid="keep-stenosis">
                  {kept ? "Kept" : "Keep"}
                </Button>
                {frame !== measured.frame && (
                  <Button onPress={() => void measure(ends[0]!, ends[1]!, frame)}>Measure on this frame</Button>
                )}
              </div>
              <p>
                Frame {measured.frame + 1}. {scale.words}
                {scale.error !== null ? `, scale ± ${(100 * scale.error).toFixed(0)} %` : ""}. Percentages do not depend
                on the scale. Blur {(measured.curve.blur * scale.perPixel).toFixed(2)} {scale.unit}. Drag P, N, D. Not a
                medical device.
              </p>
              {measured.curve.limitations.map(({ code, message }) => (
                <p key={code} role="note">
                  {message}
                </p>
              ))}
            </>
          )}
        </>
      )}
      {controller && !wrong && (
        <OverPane controller={controller} label="Callipers on the vessel" onPick={picking ? onPick : undefined}>
          {ends.length === 1 && <End at={toCanvas(ends[0]!)} />}
          {measured && scale && (
            <Callipers
              points={measured.curve.points}
              toCanvas={toCanvas}
              at={at === undefined ? undefined : at / scale.perPixel}
              marks={marks.map((m) => ({ ...m, along: m.along / scale.perPixel }))}
            />
          )}
        </OverPane>
      )}
    </section>
  );
}

function End({ at }: { readonly at: readonly [number, number] | undefined }) {
  return at ? <circle cx={at[0]} cy={at[1]} r={4} className="x-end" /> : null;
}

interface CallipersProps {
  readonly points: readonly DiameterAt[];
  readonly toCanvas: (place: Point2) => readonly [number, number] | undefined;
  /** Pixels along the vessel that the reader points at, and the marked places. */
  readonly at: number | undefined;
  readonly marks: readonly { readonly letter: string; readonly along: number }[];
}

/** The two walls along the vessel, and a calliper at each marked place and where the reader points. */
function Callipers({ points, toCanvas, at, marks }: CallipersProps) {
  const wall = ({ centre, normal, diameter }: DiameterAt, side: 1 | -1) =>
    toCanvas([
      centre[0] + (side * (diameter ?? 0) * normal[0]) / 2,
      centre[1] + (side * (diameter ?? 0) * normal[1]) / 2,
    ]);
  const outline = (side: 1 | -1) =>
    points
      .map((point, n) => {
        const spot = point.diameter === null ? undefined : wall(point, side);
        return spot
          ? `${n === 0 || points[n - 1]!.diameter === null ? "M" : "L"}${spot[0].toFixed(1)} ${spot[1].toFixed(1)}`
          : "";
      })
      .join("");
  const near = (along: number) =>
    points.reduce((a, b) => (Math.abs(b.along - along) < Math.abs(a.along - along) ? b : a));
  const callipers = [
    ...marks.map(({ letter, along }) => ({ letter, point: near(along) })),
    ...(at === undefined ? [] : [{ letter: "", point: near(at) }]),
  ];
  return (
    <>
      <path d={outline(1)} className="x-wall" />
      <path d={outline(-1)} className="x-wall" />
      {callipers.map(({ letter, point }) => {
        const [a, b] = [wall(point, 1), wall(point, -1)];
        if (!a || !b || point.diameter === null) return null;
        const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
        const m = Math.hypot(ux, uy) || 1;
        const arm = (end: readonly [number, number], out: number) =>
          [end[0] + (out * ux) / m, end[1] + (out * uy) / m] as const;
        const [p, q] = [arm(a, -14), arm(b, 14)];
        return (
          <g key={letter || "here"} className="x-calliper">
            <line x1={p[0]} y1={p[1]} x2={a[0]} y2={a[1]} />
            <line x1={q[0]} y1={q[1]} x2={b[0]} y2={b[1]} />
            {letter && (
              <text x={q[0] + (6 * ux) / m} y={q[1] + (6 * uy) / m + 4} textAnchor="middle">
                {letter}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}
