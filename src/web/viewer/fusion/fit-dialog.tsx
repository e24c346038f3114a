import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { toIndex, toPatient, type Vec3 } from "../../../core/geometry.ts";
import { anglesOf, inverse, moved, type Rigid } from "../../../imaging/registration/rigid.ts";
import type { SliceVolume } from "../../../imaging/volume/sample.ts";
import { draftOf, type FitDraft, isChanged, nudged, put, resetDraft, undone } from "./fit-draft.ts";
import { fitOf, marksOf, NO_LANDMARKS, sideOf, withoutLast, withPlace } from "./fit-landmarks.ts";
import { type FitMode, type FitScene, openingGrey, PLANES, type PlaneName } from "./fit-picture.ts";
import { FitPlane } from "./fit-plane.tsx";
import { useFitSamples } from "./fit-samples.ts";
import { LandmarkPart } from "./landmark-part.tsx";

interface Props {
  readonly fixed: SeriesView;
  readonly moving: SeriesView;
  readonly start: Rigid;
  /** What is known of the fit, in words ("there and back 0.1 mm"). */
  readonly evidence: readonly string[];
  readonly onClose: () => void;
  /** Left out where there is no result to accept yet. */
  readonly onAccept?: (matrix: Rigid, changed: boolean) => void;
  readonly onRefuse?: () => void;
  /** Registers anew from where the series lies now. */
  readonly onFromHere?: (matrix: Rigid) => void;
}

const MODES: readonly { readonly mode: FitMode; readonly name: string; readonly key: string }[] = [
  { mode: "checkerboard", name: "Checkerboard", key: "1" },
  { mode: "overlay", name: "Overlay", key: "2" },
  { mode: "flicker", name: "Flicker", key: "3" },
  { mode: "landmarks", name: "Points", key: "4" },
];
const FLICKER_MS = 700;

/** Both series in three planes: compare them, correct the fit by drag and keys, then accept or refuse it. */
export function FitDialog(props: Props) {
  const { fixed, moving } = props;
  const samples = useFitSamples(fixed, moving);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="v-fit" aria-label="Look at the fit" onClose={props.onClose}>
      <header>
        <h2>
          {nameOf(moving)} on {nameOf(fixed)}
        </h2>
        <button type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </header>
      {samples.state === "here" ? (
        <Fit {...props} volumes={samples} />
      ) : (
        <p className="v-fit-words" role="status">
          {samples.state === "failed" ? `These series cannot be compared here. ${samples.words}` : samples.words}
        </p>
      )}
    </dialog>
  );
}

function Fit({
  fixed,
  moving,
  start,
  evidence,
  volumes,
  onAccept,
  onRefuse,
  onFromHere,
}: Props & {
  readonly volumes: { readonly fixed: SliceVolume; readonly moving: SliceVolume; readonly limited: readonly string[] };
}) {
  const [draft, setDraft] = useState<FitDraft>(() => draftOf(start));
  const [mode, setMode] = useState<FitMode>("checkerboard");
  const [opacity, setOpacity] = useState(0.6);
  const [squareMm, setSquare] = useState(24);
  const [flicked, setFlicked] = useState(false);
  const [landmarks, setLandmarks] = useState(NO_LANDMARKS);
  const [laidBy, setLaidBy] = useState("");
  const [dragging, setDragging] = useState(false);
  const [plane, setPlane] = useState<PlaneName>("axial");
  const [widthMm, setWidth] = useState(() => Math.min(260, extentOf(smaller(volumes)) * 1.25));
  const [at, setAt] = useState<Vec3>(() => {
    const isMoving = smaller(volumes) === volumes.moving;
    return isMoving ? moved(start, middle(volumes.moving)) : middle(volumes.fixed);
  });
  const side = sideOf(landmarks);
  const seeking = mode === "landmarks";
  const centre = useMemo(() => middle(volumes.fixed), [volumes]);
  useEffect(() => {
    if (mode !== "flicker" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setInterval(() => setFlicked((now) => !now), FLICKER_MS);
    return () => clearInterval(timer);
  }, [mode]);
  const scene: FitScene = useMemo(
    () => ({
      ...{ fixed: volumes.fixed, moving: volumes.moving, mode, opacity, squareMm },
      flicked: seeking ? side === "moving" : flicked,
      fixedGrey: openingGrey(volumes.fixed, fixed.role),
      movingGrey: openingGrey(volumes.moving, moving.role),
    }),
    [volumes, fixed.role, moving.role, mode, opacity, squareMm, flicked, seeking, side],
  );
  const nudge = (shift: Vec3, turn: Vec3): void => setDraft((now) => nudged(now, shift, turn, at));
  const take = (): void => {
    const next = withPlace(landmarks, at, draft.matrix);
    setLandmarks(next);
    // The other series is shown where this place is, or in its middle when it does not reach there.
    const isMoving = sideOf(next) === "moving";
    const here = isMoving ? moved(inverse(draft.matrix), at) : at;
    const other = isMoving ? volumes.moving : volumes.fixed;
    if (!holds(other, here)) setAt(isMoving ? moved(draft.matrix, middle(other)) : middle(other));
  };
  const layOn = (): void => {
    const fit = fitOf(landmarks);
    if (!fit.matrix) return;
    setDraft((now) => put(now, fit.matrix));
    setLaidBy(
      `Laid on by ${landmarks.pairs.length} points, which miss each other by ${fit.rmsMm.toFixed(1)} mm (RMS).`,
    );
    setMode("checkerboard");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement) return;
    const isPlane = event.target instanceof HTMLCanvasElement;
    const act =
      seeking && isPlane && event.key === "Enter"
        ? "take"
        : seeking && event.key === "Backspace"
          ? "take back"
          : keyAct(event, plane, event.shiftKey ? 0.25 : 1);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (act === "take") take();
    else if (act === "take back") setLandmarks(withoutLast);
    else if (act === "undo") setDraft(undone);
    else if (act === "reset") setDraft(resetDraft);
    else if (typeof act === "string") setMode(act);
    else if ("step" in act) setAt(([x, y, z]) => [x + act.step[0], y + act.step[1], z + act.step[2]]);
    else if (seeking) setAt(([x, y, z]) => [x + act.shift[0], y + act.shift[1], z + act.shift[2]]);
    else nudge(act.shift, act.turn);
  };
  const { turnDeg, shift } = anglesOf(draft.matrix, centre);
  const changed = isChanged(draft);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the planes and buttons inside it
    <div className="v-fit-body" onKeyDown={onKeyDown}>
      <div className="v-fit-planes">
        {(Object.keys(PLANES) as PlaneName[]).map((name) => (
          <FitPlane
            key={name}
            {...{ name, scene, at, widthMm }}
            matrix={draft.matrix}
            quick={dragging}
            active={name === plane}
            marks={seeking ? marksOf(landmarks, side, draft.matrix) : undefined}
            onActive={() => setPlane(name)}
            onAt={setAt}
            onDrag={(by, turn, isFirst) => {
              setDragging(true);
              setDraft((now) => {
                const next = nudged(now, by, turn, at);
                return isFirst ? next : { ...next, before: now.before }; // a drag is one step
              });
            }}
            onDragEnd={() => setDragging(false)}
          />
        ))}
        <div className="v-fit-acts">
          <fieldset>
            <legend>Compare by</legend>
            {MODES.map((one) => (
              <button key={one.mode} type="button" aria-pressed={mode === one.mode} onClick={() => setMode(one.mode)}>
                {one.name} <kbd>{one.key}</kbd>
              </button>
            ))}
          </fieldset>
          <div className="v-fit-buttons">
            <button type="button" disabled={draft.before.length === 0} onClick={() => setDraft(undone)}>
              Undo <kbd>Z</kbd>
            </button>
            <button type="button" disabled={!changed} onClick={() => setDraft(resetDraft)}>
              Reset <kbd>0</kbd>
            </button>
            {onFromHere && (
              <button type="button" onClick={() => onFromHere(draft.matrix)}>
                Register from here
              </button>
            )}
            {onRefuse && (
              <button type="button" onClick={onRefuse}>
                Refuse the fit
              </button>
            )}
            {onAccept && (
              <button type="button" className="v-fit-accept" onClick={() => onAccept(draft.matrix, changed)}>
                {changed ? "Accept as corrected" : "Accept the fit"}
              </button>
            )}
          </div>
          {seeking && (
            <LandmarkPart
              {...{ landmarks, fixed: nameOf(fixed), moving: nameOf(moving) }}
              onTake={take}
              onTakeBack={() => setLandmarks(withoutLast)}
              onLayOn={layOn}
            />
          )}
          {mode === "overlay" && (
            <label>
              Opacity of {nameOf(moving)}: {Math.round(100 * opacity)} %
              <input
                type="range"
                min={0}
                max={1}
                step={0.05}
                value={opacity}
                onChange={({ target }) => setOpacity(Number(target.value))}
              />
            </label>
          )}
          {mode === "checkerboard" && (
            <label>
              Squares of {squareMm} mm
              <input
                type="range"
                min={6}
                max={60}
                step={2}
                value={squareMm}
                onChange={({ target }) => setSquare(Number(target.value))}
              />
            </label>
          )}
          {mode === "flicker" && (
            <p>
              Now: {flicked ? nameOf(moving) : nameOf(fixed)}{" "}
              <button type="button" onClick={() => setFlicked((now) => !now)}>
                Show the other
              </button>
            </p>
          )}
          <label>
            {Math.round(widthMm)} mm wide
            <input
              type="range"
              min={60}
              max={300}
              step={10}
              value={widthMm}
              onChange={({ target }) => setWidth(Number(target.value))}
            />
          </label>
          <dl>
            <dt>Shift of the middle</dt>
            <dd>{shift.map(tenths).join(", ")} mm (left, back, up)</dd>
            <dt>Turn about x, y, z</dt>
            <dd>{turnDeg.map(tenths).join(", ")}°</dd>
          </dl>
          <ul>
            {[...evidence, ...volumes.limited].map((line) => (
              <li key={line}>{line}</li>
            ))}
            {laidBy && changed && <li>{laidBy}</li>}
            {changed && <li>Corrected by hand: what was measured of the fit holds no more.</li>}
          </ul>
          <p className="v-fit-help">
            {seeking
              ? "A click, and arrow keys by 1 mm (with Shift a quarter), move the crossing; Page Up and Down or the wheel go through the planes. Enter takes the place of the crossing."
              : `Drag moves ${nameOf(moving)}, Shift-drag turns it; arrow keys 1 mm, R and T 1°, with Shift a quarter; Page Up and Down or the wheel go through the planes.`}
          </p>
        </div>
      </div>
    </div>
  );
}

type Act = "undo" | "reset" | FitMode | { readonly step: Vec3 } | { readonly shift: Vec3; readonly turn: Vec3 };

function keyAct(event: KeyboardEvent, plane: PlaneName, amount: number): Act | undefined {
  if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() === "z" ? "undo" : undefined;
  const { right, down, normal } = PLANES[plane];
  const along = (v: Vec3, by: number): Vec3 => [v[0] * by, v[1] * by, v[2] * by];
  const shift = (v: Vec3, by: number): Act => ({ shift: along(v, by * amount), turn: [0, 0, 0] });
  const turn = (by: number): Act => ({ shift: [0, 0, 0], turn: along(normal, by * amount) });
  switch (event.key) {
    case "ArrowLeft":
      return shift(right, -1);
    case "ArrowRight":
      return shift(right, 1);
    case "ArrowUp":
      return shift(down, -1);
    case "ArrowDown":
      return shift(down, 1);
    case "PageUp":
      return { step: along(normal, 2) };
    case "PageDown":
      return { step: along(normal, -2) };
    case "0":
      return "reset";
    case "1":
    case "2":
    case "3":
    case "4":
      return MODES[Number(event.key) - 1]!.mode;
  }
  const letter = event.key.toLowerCase();
  if (letter === "r") return turn(1);
  if (letter === "t") return turn(-1);
  return letter === "z" ? "undo" : undefined;
}

/** One digit after the point; what rounds to nothing has no sign. */
function tenths(value: number): string {
  return (Math.round(10 * value) / 10 + 0).toFixed(1);
}

function nameOf(series: SeriesView): string {
  return series.label || series.description || series.role;
}

function middle({ grid }: SliceVolume): Vec3 {
  return toPatient(grid, (grid.shape[0] - 1) / 2, (grid.shape[1] - 1) / 2, (grid.shape[2] - 1) / 2);
}

function holds({ grid }: SliceVolume, point: Vec3): boolean {
  return toIndex(grid, point).every((at, axis) => at >= -0.5 && at <= grid.shape[axis]! - 0.5);
}

function extentOf({ grid }: SliceVolume): number {
  return Math.max(...grid.shape.map((n, a) => n * grid.spacing[a]!));
}

function smaller({ fixed, moving }: { readonly fixed: SliceVolume; readonly moving: SliceVolume }): SliceVolume {
  return extentOf(moving) < extentOf(fixed) ? moving : fixed;
}
