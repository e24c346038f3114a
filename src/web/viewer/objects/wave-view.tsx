import { useEffect, useMemo, useRef, useState } from "react";
import { waveCurves, waveGroups } from "../../../dicom/objects/waveform.ts";
import { items } from "../pane/dicom-json.ts";
import { elementBytes, type ObjectFile } from "./series-objects.ts";

const WAVEFORM_SEQUENCE = "54000100";
const WAVEFORM_DATA = "54001010";
const ROW = 64;

/** A waveform as curves, one row a channel over the same time; each scaled to itself, with its range in its unit. */
export function WaveView({ object }: { readonly object: ObjectFile }) {
  const groups = useMemo(() => waveGroups(object.header), [object]);
  const [chosen, setChosen] = useState(0);
  const [curves, setCurves] = useState<readonly Float32Array[]>();
  const [words, setWords] = useState("Opening");
  const group = groups[chosen];
  useEffect(() => {
    let stale = false;
    setCurves(undefined);
    if (!group) {
      setWords("It holds no group of channels.");
      return;
    }
    elementBytes(items(object.json, WAVEFORM_SEQUENCE)[chosen]?.[WAVEFORM_DATA]).then(
      (bytes) => {
        if (stale) return;
        const found = waveCurves(group, bytes);
        setCurves(found);
        setWords(
          found
            ? ""
            : `Samples of the form ${group.interpretation}, ${group.bits} bit, are not drawn here: use Download.`,
        );
      },
      (error: unknown) => !stale && setWords(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      stale = true;
    };
  }, [object, group, chosen]);
  return (
    <figure className="o-wave" data-testid="waveform" data-channels={curves?.length ?? 0}>
      {groups.length > 1 && (
        <label className="v-choice">
          {group?.label || `group ${chosen + 1}`}
          <select aria-label="Group" value={chosen} onChange={({ target }) => setChosen(Number(target.value))}>
            {groups.map((one, k) => (
              <option key={k} value={k}>
                {one.label || `group ${k + 1}`}
              </option>
            ))}
          </select>
        </label>
      )}
      {words && <p className="o-note">{words}</p>}
      {group &&
        curves?.map((curve, c) => <Curve key={c} curve={curve} channel={group.channels[c]!} rateHz={group.rateHz} />)}
    </figure>
  );
}

function Curve(props: { curve: Float32Array; channel: { label: string; unit: string }; rateHz: number }) {
  const { curve, channel, rateHz } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [low, high] = useMemo(() => {
    let ends: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const v of curve) ends = [Math.min(ends[0], v), Math.max(ends[1], v)];
    return curve.length === 0 ? [0, 0] : ends;
  }, [curve]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => {
      const ratio = window.devicePixelRatio || 1;
      const width = element.clientWidth;
      element.width = Math.round(width * ratio);
      element.height = Math.round(ROW * ratio);
      const context = element.getContext("2d");
      if (!context || curve.length < 2) return;
      context.scale(ratio, ratio);
      const style = getComputedStyle(element);
      const second = (width * rateHz) / curve.length;
      context.strokeStyle = style.getPropertyValue("--v-line-2");
      context.beginPath();
      if (second > 8)
        for (let x = 0; x <= width; x += second) {
          context.moveTo(x, 0);
          context.lineTo(x, ROW);
        }
      context.stroke();
      context.strokeStyle = style.getPropertyValue("--v-accent");
      context.lineWidth = 1.2;
      context.beginPath();
      const span = high - low || 1;
      const step = Math.max(1, Math.floor(curve.length / (width * 4)));
      for (let k = 0; k < curve.length; k += step) {
        const [x, y] = [(k / (curve.length - 1)) * width, ROW - 5 - ((curve[k]! - low) / span) * (ROW - 10)];
        if (k === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [curve, low, high, rateHz]);
  const figure = (v: number) => String(Number(v.toPrecision(4)));
  return (
    <div className="o-curve">
      <span>
        {channel.label}
        <small>
          {figure(low)} to {figure(high)} {channel.unit}
        </small>
      </span>
      <canvas ref={canvas} />
    </div>
  );
}
