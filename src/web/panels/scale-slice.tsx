import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { SeriesView } from "../../cases/views.ts";
import { Button } from "../design/button.tsx";
import { Segments, Select } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { regionsOf } from "./region-shapes.ts";
import { totalWords } from "./scale-form.tsx";
import { AffectedWords, HatchPattern, type RegionSide, Regions } from "./scale-regions.tsx";
import type { Sheet } from "./scale-sheet.ts";
import { type SliceStack, sliceStack } from "./slice-stack.ts";

/** How the template lies on the image: its middle in parts of the image, its size in both directions, its turn in degrees. */
interface Placing {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
  readonly turn: number;
}

const START: Placing = { x: 0.5, y: 0.5, wide: 0.72, high: 0.86, turn: 0 };
const WINDOWS: Readonly<Record<string, string>> = { "40,40": "stroke 40/40", "40,80": "brain 40/80" };

/** The series on which the regions of a scale can be drawn: slices of CT or MR, plain CT and diffusion first. */
export function scaleSeries(scale: string, series: readonly SeriesView[]): readonly SeriesView[] {
  if (!regionsOf(scale)) return [];
  const rank = (role: string) => ["NCCT", "DWI", "FLAIR", "CTA"].indexOf(role);
  const slices = series.filter(
    ({ kinds, modality, instances, frames }) =>
      kinds[0]?.shownAs === "image" && ["CT", "MR"].includes(modality) && Math.max(instances, frames) >= 5,
  );
  return [...slices].sort((a, b) => ((rank(a.role) + 9) % 9) - ((rank(b.role) + 9) % 9));
}

/**
 * The regions as areas to tap on the patient's own slice: choose the slice of each level, lay the template on the head by
 * its handles, tap what is affected. The answers are those of the form.
 */
export function ScaleSlice({
  sheet,
  series,
  side,
  onSide,
  isOpen,
  onClose,
}: {
  readonly sheet: Sheet;
  readonly series: readonly SeriesView[];
  readonly side: RegionSide | null;
  readonly onSide: (side: RegionSide) => void;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const map = regionsOf(sheet.scale.id);
  const [uid, setUid] = useState(series[0]?.seriesUid ?? "");
  const [levelId, setLevel] = useState(map?.levels[0]?.id ?? "");
  const [placings, setPlacings] = useState<Readonly<Record<string, Placing>>>({});
  const [fitted, setFitted] = useState<Readonly<Record<string, Placing>>>({});
  const [slices, setSlices] = useState<Readonly<Record<string, number>>>({});
  const [grey, setGrey] = useState("40,40");
  const view = series.find((each) => each.seriesUid === uid);
  const level = map?.levels.find((each) => each.id === levelId);
  const { stack, problem } = useStack(isOpen ? view : undefined);
  if (!map || !level || !view) return null;
  const { score } = sheet;
  const slice =
    slices[levelId] ?? guess(stack, map.levels.findIndex((each) => each.id === levelId) / map.levels.length);
  return (
    <Dialog
      title={`${sheet.scale.name} on the patient's slice`}
      isOpen={isOpen}
      onClose={onClose}
      wide
      data-testid="scale-slice-dialog"
      foot={
        <>
          <span className="nihss-sum" aria-live="polite">
            {typeof score === "string" || score.value === null ? `${sheet.left.length} left` : totalWords(score)}
          </span>
          <Button look="act" onPress={onClose} data-testid="scale-slice-use">
            Use these regions
          </Button>
        </>
      }
    >
      <div className="slice-choices">
        {series.length > 1 ? (
          <Select
            label="Series"
            value={uid}
            onChange={(next) => {
              setUid(next);
              setSlices({});
            }}
            choices={series.map(({ seriesUid, label }) => ({ id: seriesUid, label }))}
          />
        ) : null}
        <Segments
          label="Level"
          value={levelId}
          onChange={setLevel}
          choices={map.levels.map(({ id, short }) => ({ id, label: short }))}
        />
        {map.sided ? (
          <Segments
            label="Hemisphere"
            value={side}
            onChange={(next) => onSide(next as RegionSide)}
            choices={[
              { id: "right", label: "patient's right" },
              { id: "left", label: "patient's left" },
            ]}
          />
        ) : null}
        {view.modality === "CT" ? (
          <Segments
            label="Window, HU"
            value={grey}
            onChange={setGrey}
            choices={Object.entries(WINDOWS).map(([id, label]) => ({ id, label }))}
          />
        ) : null}
      </div>
      {problem ? <p className="field-error">{problem}</p> : null}
      {stack ? (
        <>
          <SliceImage
            address={stack.addresses[slice] ?? ""}
            {...(view.modality === "CT" ? { grey } : {})}
            placing={placings[levelId] ?? fitted[`${uid} ${slice}`] ?? START}
            onFit={(found) => setFitted((before) => ({ ...before, [`${uid} ${slice}`]: found }))}
            onPlace={(next) => setPlacings({ ...placings, [levelId]: next })}
            letters={[stack.left, stack.right]}
            words={`${view.label}, slice ${slice + 1} of ${stack.addresses.length}`}
          >
            <HatchPattern id={`hatch-${level.id}`} />
            <Regions
              level={level}
              sheet={sheet}
              side={map.sided ? shownSide(side ?? "right", stack.left) : stack.left === "L" ? "left" : null}
            />
          </SliceImage>
          <label className="slice-scrub">
            <span className="sub">
              Slice {slice + 1} of {stack.addresses.length}
            </span>
            <input
              type="range"
              min={0}
              max={stack.addresses.length - 1}
              value={slice}
              aria-label="Slice"
              onChange={(event) => setSlices({ ...slices, [levelId]: Number(event.target.value) })}
            />
          </label>
          {stack.left === "R" || stack.left === "L" ? null : (
            <p className="field-error">
              ◐ The image does not say which side is which: compare it with the viewer before you name the hemisphere.
            </p>
          )}
        </>
      ) : problem ? null : (
        <p className="sub">Fetching the slices …</p>
      )}
      <div className="slice-foot">
        <AffectedWords sheet={sheet} />
        {sheet.restNormal ? <Button onPress={sheet.restNormal}>The rest is spared</Button> : null}
        {sheet.undo ? (
          <Button look="quiet" onPress={sheet.undo}>
            Undo
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

/** Where the image is flipped (the patient's left at its left), the template is drawn on the other half. */
function shownSide(side: RegionSide, leftEdge: string): RegionSide {
  return leftEdge === "L" ? (side === "left" ? "right" : "left") : side;
}

/** A slice to begin with: the levels lie in the middle third of a head, the lowest first. */
function guess(stack: SliceStack | null, part: number): number {
  return stack ? Math.round((stack.addresses.length - 1) * (0.5 + part * 0.25)) : 0;
}

function useStack(view: SeriesView | undefined): {
  readonly stack: SliceStack | null;
  readonly problem: string | null;
} {
  const [stack, setStack] = useState<SliceStack | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setStack(null);
    setProblem(null);
    if (!view) return;
    const abort = new AbortController();
    sliceStack(view, abort.signal).then(setStack, (error: unknown) => {
      if (!abort.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    });
    return () => abort.abort();
  }, [view]);
  return { stack, problem };
}

const COARSE = 96;
/** How much of the head the outline of the template is: the brain within skull and scalp. */
const [BRAIN_WIDE, BRAIN_HIGH] = [200 / 164, 240 / 212].map((whole) => whole * 0.86) as [number, number];

/** Where the head lies on a drawn slice, from what is brighter than the air around it; null when nothing is. */
function headOn(image: HTMLImageElement): Placing | null {
  const canvas = document.createElement("canvas");
  canvas.width = COARSE;
  canvas.height = COARSE;
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawing) return null;
  drawing.drawImage(image, 0, 0, COARSE, COARSE);
  const { data } = drawing.getImageData(0, 0, COARSE, COARSE);
  const columns = new Array<number>(COARSE).fill(0);
  const rows = new Array<number>(COARSE).fill(0);
  for (let i = 0; i < COARSE * COARSE; i++) {
    if (data[4 * i]! < 48) continue;
    columns[i % COARSE]! += 1;
    rows[Math.floor(i / COARSE)]! += 1;
  }
  // Fewer than three bright places in a line are noise, or the rest for the head.
  const ends = (counts: readonly number[]) => [counts.findIndex((n) => n > 2), counts.findLastIndex((n) => n > 2) + 1];
  const [left, right] = ends(columns) as [number, number];
  const [top, foot] = ends(rows) as [number, number];
  if (left < 0 || top < 0) return null;
  const [w, h] = [(right - left) / COARSE, (foot - top) / COARSE];
  return {
    x: (left + right) / 2 / COARSE,
    y: (top + foot) / 2 / COARSE,
    wide: w * BRAIN_WIDE,
    high: h * BRAIN_HIGH,
    turn: 0,
  };
}

type Handle = "move" | "size" | "turn";
const HANDLES: readonly { readonly id: Handle; readonly words: string; readonly x: number; readonly y: number }[] = [
  { id: "move", words: "Move the regions", x: 100, y: 120 },
  { id: "size", words: "Make the regions wider or higher", x: 182, y: 226 },
  { id: "turn", words: "Turn the regions", x: 100, y: 6 },
];

function SliceImage({
  address,
  grey,
  placing,
  onPlace,
  onFit,
  letters,
  words,
  children,
}: {
  readonly address: string;
  readonly grey?: string;
  readonly placing: Placing;
  readonly onPlace: (placing: Placing) => void;
  /** Where the head was found on an image that is drawn. */
  readonly onFit: (placing: Placing) => void;
  readonly letters: readonly [string, string];
  readonly words: string;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Handle | null>(null);
  const [shape, setShape] = useState(1);
  const [failed, setFailed] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another chance
  useEffect(() => setFailed(false), [address, grey]);
  const { x, y, wide, high, turn } = placing;
  const height = 1000 * shape;
  const place = `translate(${x * 1000} ${y * height}) rotate(${turn}) scale(${(wide * 1000) / 200} ${(high * height) / 240}) translate(-100 -120)`;

  const drag = (event: PointerEvent) => {
    const around = box.current?.getBoundingClientRect();
    if (!held.current || !around) return;
    const px = (event.clientX - around.left) / around.width;
    const py = (event.clientY - around.top) / around.height;
    const radians = (-turn * Math.PI) / 180;
    const [dx, dy] = [px - x, (py - y) * shape];
    if (held.current === "move") onPlace({ ...placing, x: within(px, 0, 1), y: within(py, 0, 1) });
    else if (held.current === "turn")
      onPlace({ ...placing, turn: within((Math.atan2(dx, -dy) * 180) / Math.PI, -45, 45) });
    else {
      // The handle stands at (82, 106) of a template of 200 by 240 around its middle.
      const across = dx * Math.cos(radians) - dy * Math.sin(radians);
      const down = dx * Math.sin(radians) + dy * Math.cos(radians);
      onPlace({
        ...placing,
        wide: within(across * (200 / 82), 0.2, 1.6),
        high: within((down / shape) * (240 / 106), 0.2, 1.6),
      });
    }
  };
  const onKeyDown = (event: KeyboardEvent, handle: Handle) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [across, down] = step as [number, number];
    if (handle === "move") onPlace({ ...placing, x: x + across * 0.005, y: y + down * 0.005 });
    else if (handle === "turn") onPlace({ ...placing, turn: within(turn + across + down, -45, 45) });
    else
      onPlace({ ...placing, wide: within(wide + across * 0.01, 0.2, 1.6), high: within(high + down * 0.01, 0.2, 1.6) });
  };

  return (
    <div
      className="slice-image"
      ref={box}
      onPointerMove={drag}
      onPointerUp={() => {
        held.current = null;
      }}
      onPointerCancel={() => {
        held.current = null;
      }}
    >
      <img
        src={`${address}/rendered${grey ? `?window=${grey},linear` : ""}`}
        alt={words}
        draggable={false}
        onLoad={({ currentTarget }) => {
          setShape(currentTarget.naturalHeight / currentTarget.naturalWidth || 1);
          const found = headOn(currentTarget);
          if (found) onFit(found);
        }}
        onError={() => setFailed(true)}
      />
      <span className="slice-letter left">{letters[0]}</span>
      <span className="slice-letter right">{letters[1]}</span>
      {failed ? <p className="field-error">This slice could not be drawn. Choose another.</p> : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing that holds areas to tap */}
      <svg viewBox={`0 0 1000 ${height}`} role="group" aria-label={`Regions on ${words}`}>
        <g transform={place}>
          {children}
          {HANDLES.map((handle) => (
            <g
              key={handle.id}
              className="slice-handle"
              role="slider"
              tabIndex={0}
              aria-label={handle.words}
              aria-valuenow={Math.round(handle.id === "move" ? x * 100 : handle.id === "size" ? wide * 100 : turn)}
              onKeyDown={(event) => onKeyDown(event, handle.id)}
              onPointerDown={(event) => {
                event.preventDefault();
                held.current = handle.id;
                box.current?.setPointerCapture(event.pointerId);
              }}
              data-testid={`slice-${handle.id}`}
            >
              <title>{handle.words}</title>
              <circle cx={handle.x} cy={handle.y} r={handle.id === "move" ? 12 : 16} className="reach" />
              <circle cx={handle.x} cy={handle.y} r="4" />
              <text x={handle.x} y={handle.y + 2}>
                {{ move: "✥", size: "⤡", turn: "↻" }[handle.id]}
              </text>
            </g>
          ))}
        </g>
      </svg>
    </div>
  );
}

const within = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
