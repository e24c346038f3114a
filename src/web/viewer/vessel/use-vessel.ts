import { useCallback, useEffect, useRef, useState } from "react";
import type { Vec3 } from "../../../core/geometry.ts";
import type { BitsAnswer, Depth, MaskSizeAnswer, MeasuredAnswer, Question } from "../../workers/vessel-messages.ts";
import { sendVolume } from "./send-volume.ts";
import { type VesselWorker, vesselWorker } from "./vessel-worker.ts";

/** How far a segmentation of a volume is, and what can be done to it. */
export interface VesselWork {
  /** What is being done, and how far it is; undefined when nothing is. */
  readonly busy: { readonly step: string; readonly fraction: number } | undefined;
  readonly error: string;
  readonly size: MaskSizeAnswer | undefined;
  readonly measured: MeasuredAnswer | undefined;
  /** Grows with every change of the mask: what is drawn of it is drawn anew. */
  readonly version: number;
  readonly grow: (
    seeds: readonly Vec3[],
    more?: { readonly threshold?: number; readonly depth?: Depth | undefined },
  ) => void;
  readonly brush: (points: readonly Vec3[], radiusMm: number, add: boolean) => void;
  readonly undo: () => void;
  /** The mask as it is now, one bit a voxel, and its grid. */
  readonly bits: () => Promise<BitsAnswer>;
  readonly measure: (to?: Vec3, depth?: Depth) => void;
  readonly stop: () => void;
  readonly ask: VesselWorker["ask"];
}

/** Segments in a worker that holds the volume of a stack of images; another stack is another segmentation. */
export function useVessel(imageIds: readonly string[]): VesselWork {
  const worker = useRef<VesselWorker>(undefined);
  const sent = useRef("");
  const stopLoading = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState<VesselWork["busy"]>();
  const [error, setError] = useState("");
  const [size, setSize] = useState<MaskSizeAnswer>();
  const [measured, setMeasured] = useState<MeasuredAnswer>();
  const [version, setVersion] = useState(0);
  const key = `${imageIds[0] ?? ""} ${imageIds.length}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another stack is another segmentation.
  useEffect(() => {
    worker.current = vesselWorker();
    sent.current = "";
    setSize(undefined);
    setMeasured(undefined);
    setError("");
    return () => {
      stopLoading.current?.abort();
      worker.current?.end();
    };
  }, [key]);

  const ask = useCallback<VesselWorker["ask"]>((...asked) => worker.current!.ask(...asked), []);
  const send = async () => {
    if (sent.current === key) return;
    stopLoading.current = new AbortController();
    await sendVolume(
      imageIds,
      (question, transfer) => worker.current!.ask("taken", question, undefined, transfer),
      stopLoading.current.signal,
      (step, x) => setBusy({ step, fraction: 0.3 * x }),
    );
    sent.current = key;
  };

  const work = async (step: string, run: (told: (step: string, x: number) => void) => Promise<void>) => {
    setError("");
    setBusy({ step, fraction: 0 });
    try {
      await run((now, fraction) => setBusy({ step: WORDS[now] ?? now, fraction }));
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
    setBusy(undefined);
  };
  const change = async (question: Question, told?: (step: string, x: number) => void) => {
    setSize(await worker.current!.ask("size", question, told));
    setMeasured(undefined);
    setVersion((n) => n + 1);
  };
  return {
    ...{ busy, error, size, measured, version },
    grow: (seeds, more = {}) =>
      void work("Loading the volume", async (told) => {
        await send();
        await change(
          {
            kind: "grow",
            seeds,
            ...(more.threshold === undefined ? {} : { threshold: more.threshold }),
            ...(more.depth ? { depth: more.depth } : {}),
          },
          (step, x) => told(step, 0.3 + 0.7 * x),
        );
      }),
    brush: (points, radiusMm, add) => void work("Painting", () => change({ kind: "brush", points, radiusMm, add })),
    bits: () => worker.current!.ask("bits", { kind: "bits" }),
    undo: () => void work("Taking back", () => change({ kind: "undo" })),
    measure: (to, depth) =>
      void work("Measuring", async (told) => {
        setMeasured(
          await worker.current!.ask(
            "measured",
            { kind: "measure", ...(to ? { to } : {}), ...(depth ? { depth } : {}) },
            told,
          ),
        );
      }),
    stop: () => {
      stopLoading.current?.abort();
      worker.current?.end("Stopped. Place a seed to begin again.");
      sent.current = "";
      setSize(undefined);
      setMeasured(undefined);
      setVersion((n) => n + 1);
    },
    ask,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  growing: "Growing from the seed",
  "looking for leaks": "Looking for leaks",
  "taking the half maximum of each place": "Taking the half maximum of each place",
  "distances to the wall": "Measuring distances to the wall",
  "ways through the vessel": "Finding ways through the vessel",
  branches: "Finding branches",
  "cross-sections": "Cutting across the vessel",
  surface: "Making the surface",
};
