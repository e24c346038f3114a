import {
  cache,
  Enums,
  eventTarget,
  getWebWorkerManager,
  init as initCore,
  RenderingEngine,
  triggerEvent,
  utilities,
} from "@cornerstonejs/core";
import { init as initLoader } from "@cornerstonejs/dicom-image-loader";
import { init as initTools } from "@cornerstonejs/tools";
import { registerSubtraction } from "../angio/dsa-loader.ts";
import { registerImageLoaders } from "../display/image-loaders.ts";
import { EMBER } from "../maps/colour-map.ts";
import { registerParametricMaps } from "../maps/parametric-map.ts";
import { registerTools } from "../measure/tools.ts";
import { provideMetadata } from "./metadata.ts";

const ENGINE = "willis";
const GIGABYTE = 1024 ** 3;
let started = false;
let engine: RenderingEngine | undefined;
let renewed = 0;

/** Starts Cornerstone once: loaders, tools, colour map, and a memory cap that suits the machine. */
export function startEngine(phone: boolean): RenderingEngine {
  if (!started) {
    started = true;
    initCore({ isMobile: phone, rendering: { webGlContextCount: 1 } } as never);
    initLoader({ maxWebWorkers: Math.max(1, Math.min(4, Math.floor((navigator.hardwareConcurrency || 2) / 2))) });
    startDecoder();
    initTools();
    provideMetadata();
    registerImageLoaders();
    registerParametricMaps();
    registerSubtraction();
    registerTools();
    utilities.colormap.registerColormap({
      ColorSpace: "RGB",
      Name: EMBER.name,
      // What is 0 is mostly outside the tissue and stays black; measured zeros are painted over it by the map layer.
      RGBPoints: EMBER.table.flatMap(([r, g, b], k) => (k === 0 ? [0, 0, 0, 0] : [k / 255, r / 255, g / 255, b / 255])),
    } as never);
    const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? 4;
    cache.setMaxCacheSize(phone ? 0.35 * GIGABYTE : Math.min(2, memory / 4) * GIGABYTE);
  }
  if (!engine || engine.hasBeenDestroyed) engine = newEngine(ENGINE);
  return engine;
}

/** A worker starts when it is first asked: with one dark pixel it does so while the first image is on its way. */
function startDecoder(): void {
  const imageFrame = {
    ...{ rows: 1, columns: 1, samplesPerPixel: 1, photometricInterpretation: "MONOCHROME2" },
    ...{ bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0, planarConfiguration: 0 },
  };
  const task = { imageFrame, transferSyntax: "1.2.840.10008.1.2.1", pixelData: new Uint8Array(1) };
  getWebWorkerManager()
    .executeTask("dicomImageLoader", "decodeTask", {
      ...task,
      options: { preScale: { enabled: false } },
      decodeConfig: {},
    })
    .catch(() => {}); // an image that cannot be decoded says so itself
}

interface Graphics {
  getAllContexts(): readonly { getOpenGLRenderWindow(): { getCanvas(): HTMLCanvasElement } }[];
}

/**
 * An engine whose graphics never come back by themselves: vtk.js fails on a texture that was asked for and not yet made,
 * and what is drawn is made anew anyway. That they are back is told as Cornerstone tells it.
 */
function newEngine(id: string): RenderingEngine {
  const made = new RenderingEngine(id);
  const { _implementation: drawing } = made as unknown as { _implementation: { contextPool?: Graphics } };
  for (const context of drawing.contextPool?.getAllContexts() ?? []) {
    const back = (event: Event) => {
      event.stopImmediatePropagation();
      triggerEvent(eventTarget, Enums.Events.WEBGL_CONTEXT_RESTORED, { renderingEngineId: id });
    };
    context.getOpenGLRenderWindow().getCanvas().addEventListener("webglcontextrestored", back, { capture: true });
  }
  return made;
}

/** A new engine in the place of one whose graphics were lost; the old one ends when its last pane left it. */
export function renewEngine(): void {
  engine = newEngine(`${ENGINE}-${++renewed}`);
}

/** Ends an engine that was renewed once no pane is on it. */
export function leaveEngine(left: RenderingEngine): void {
  if (left !== engine && !left.hasBeenDestroyed && left.getViewports().length === 0) left.destroy();
}

/** The engine after `startEngine`. */
export function theEngine(): RenderingEngine {
  if (!engine) throw new Error("The viewer is not started.");
  return engine;
}
