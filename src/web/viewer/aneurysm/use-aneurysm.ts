import { useCallback, useEffect, useRef, useState } from "react";
import type { Vec3 } from "../../../core/geometry.ts";
import type { Plane } from "../../../imaging/aneurysm/plane-cut.ts";
import type { DomeAnswer, NeckAnswer } from "../../workers/aneurysm-messages.ts";
import type { Depth } from "../../workers/vessel-messages.ts";
import { sendVolume } from "../vessel/send-volume.ts";
import { type AneurysmWorker, aneurysmWorker } from "./aneurysm-worker.ts";

/** An aneurysm being measured: what is there, and what can be done to it. */
export interface AneurysmWork {
  readonly busy: { readonly step: string; readonly fraction: number } | undefined;
  readonly error: string;
  readonly dome: DomeAnswer | undefined;
  /** What lies above the neck as it is now; while it is dragged without errors. */
  readonly neck: NeckAnswer | undefined;
  /** The last that was measured whole, with errors and vessels. */
  readonly whole: NeckAnswer | undefined;
  readonly begin: (dome: Vec3, more?: { readonly depth?: Depth | undefined; readonly threshold?: number }) => void;
  /** The neck goes there; `done` when it was let go: then it can be undone. */
  readonly setNeck: (plane: Plane, done: boolean) => void;
  readonly setParent: (at: Vec3) => void;
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
  readonly reset: (() => void) | undefined;
  readonly stop: () => void;
  readonly ask: AneurysmWorker["ask"];
}

interface History {
  readonly planes: readonly Plane[];
  readonly at: number;
}

const WORDS: Readonly<Record<string, string>> = {
  growing: "Growing from the dome",
  "looking for leaks": "Looking for leaks",
  "taking the half maximum of each place": "Taking the half maximum of each place",
  surface: "Making the surface",
  neck: "Looking for the neck",
};

/** Measures an aneurysm of a stack of images in a worker that holds its volume; another stack is another aneurysm. */
export function useAneurysm(imageIds: readonly string[]): AneurysmWork {
  const worker = useRef<AneurysmWorker>(undefined);
  const sent = useRef("");
  const loading = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState<AneurysmWork["busy"]>();
  const [error, setError] = useState("");
  const [dome, setDome] = useState<DomeAnswer>();
  const [neck, setShown] = useState<NeckAnswer>();
  const [whole, setWhole] = useState<NeckAnswer>();
  const [history, setHistory] = useState<History>({ planes: [], at: -1 });
  const parentAt = useRef<Vec3>(undefined);
  const asking = useRef<{ running: boolean; next?: { plane: Plane; whole: boolean } }>({ running: false });
  const key = `${imageIds[0] ?? ""} ${imageIds.length}`;

  const clear = useCallback(() => {
    setDome(undefined);
    setShown(undefined);
    setWhole(undefined);
    setHistory({ planes: [], at: -1 });
    parentAt.current = undefined;
    asking.current = { running: false };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another stack is another aneurysm.
  useEffect(() => {
    worker.current = aneurysmWorker();
    sent.current = "";
    clear();
    setError("");
    return () => {
      loading.current?.abort();
      worker.current?.end();
    };
  }, [key]);

  const ask = useCallback<AneurysmWorker["ask"]>((...asked) => worker.current!.ask(...asked), []);

  /** One measure at a time: while it runs the newest neck waits, those between are left out. */
  const measure = useCallback(async (plane: Plane, isWhole: boolean): Promise<void> => {
    const line = asking.current;
    if (line.running) {
      line.next = { plane, whole: isWhole };
      return;
    }
    line.running = true;
    try {
      const answer = await worker.current!.ask("neck", {
        kind: "neck",
        plane,
        whole: isWhole,
        ...(parentAt.current ? { parentAt: parentAt.current } : {}),
      });
      if (asking.current !== line) return;
      setShown(answer);
      if (isWhole) setWhole(answer);
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
    line.running = false;
    const { next } = line;
    delete line.next;
    if (next && asking.current === line) await measure(next.plane, next.whole);
  }, []);

  const go = (to: History): void => {
    setHistory(to);
    void measure(to.planes[to.at]!, true);
  };
  const begin: AneurysmWork["begin"] = (at, more = {}) => {
    const run = async () => {
      setError("");
      clear();
      setBusy({ step: "Loading the volume", fraction: 0 });
      try {
        if (sent.current !== key) {
          loading.current = new AbortController();
          await sendVolume(
            imageIds,
            (question, transfer) => worker.current!.ask("taken", question, undefined, transfer),
            loading.current.signal,
            (step, x) => setBusy({ step, fraction: 0.3 * x }),
          );
          sent.current = key;
        }
        const { depth, threshold } = more;
        const found = await worker.current!.ask(
          "dome",
          { kind: "dome", dome: at, ...(depth ? { depth } : {}), ...(threshold === undefined ? {} : { threshold }) },
          (step, x) => setBusy({ step: WORDS[step] ?? step, fraction: 0.3 + 0.6 * x }),
        );
        setDome(found);
        // Where no neck is found, one begins below the middle of the dome, to be placed by hand.
        const first: Plane = found.proposal ?? {
          point: [found.dome[0], found.dome[1], found.dome[2] - 0.6 * found.radiusMm],
          normal: [0, 0, 1],
        };
        setHistory({ planes: [first], at: 0 });
        setBusy({ step: "Measuring the dome", fraction: 0.93 });
        await measure(first, true);
      } catch (caught) {
        setError(caught instanceof Error ? caught.message : String(caught));
      }
      setBusy(undefined);
    };
    void run();
  };
  const { planes, at } = history;
  const added = (plane: Plane): History => {
    const kept = [...planes.slice(0, at + 1), plane];
    return { planes: kept, at: kept.length - 1 };
  };
  return {
    ...{ busy, error, dome, neck, whole, begin, ask },
    setNeck: (plane, done) => (done ? go(added(plane)) : void measure(plane, false)),
    setParent: (place) => {
      parentAt.current = place;
      if (at >= 0) void measure(planes[at]!, true);
    },
    undo: at > 0 ? () => go({ planes, at: at - 1 }) : undefined,
    redo: at < planes.length - 1 ? () => go({ planes, at: at + 1 }) : undefined,
    reset: at > 0 && planes[0] !== planes[at] ? () => go(added(planes[0]!)) : undefined,
    stop: () => {
      loading.current?.abort();
      worker.current?.end("Stopped. Click into the dome to begin again.");
      sent.current = "";
      clear();
    },
  };
}
