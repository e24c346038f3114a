import { cache, init as initCore, RenderingEngine, utilities } from "@cornerstonejs/core";
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

/** Whether this browser can draw with WebGL 2; without it the page shows images rendered by the server. */
export function canDraw(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

/** Starts Cornerstone once: loaders, tools, colour map, and a memory cap that suits the machine. */
export function startEngine(phone: boolean): RenderingEngine {
  if (!started) {
    started = true;
    initCore({ isMobile: phone, rendering: { webGlContextCount: phone ? 1 : 4 } } as never);
    initLoader({ maxWebWorkers: Math.max(1, Math.min(4, Math.floor((navigator.hardwareConcurrency || 2) / 2))) });
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
  if (!engine || engine.hasBeenDestroyed) engine = new RenderingEngine(ENGINE);
  return engine;
}

/** The engine after `startEngine`. */
export function theEngine(): RenderingEngine {
  if (!engine) throw new Error("The viewer is not started.");
  return engine;
}
