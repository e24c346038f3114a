import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** The server the development server passes `/api`, `/dicom-web` and `/sign-in` to. */
const SERVER = "http://127.0.0.1:8650";

/** Puts `early.ts` into the page as a script of its own, before all others: it runs as soon as it is here. */
function earlyScript(): Plugin {
  return {
    name: "willis-early-script",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((one) => one.type === "chunk");
        const early = chunks.find(({ name }) => name === "early");
        if (!early) return [];
        const needed = new Set([early.fileName]);
        for (const file of needed) {
          for (const next of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) needed.add(next);
        }
        needed.delete(early.fileName);
        const head = { injectTo: "head-prepend" as const };
        const script = { type: "module", async: true, crossorigin: true, src: `/${early.fileName}` };
        return [
          { tag: "script", attrs: script, ...head },
          ...[...needed].map((file) => {
            return { tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` }, ...head };
          }),
        ];
      },
    },
  };
}

/**
 * The context that vtk.js opens for images keeps four samples a pixel to smooth edges of surfaces. An image has none: its
 * grey values are interpolated, and each picture would be drawn and held four times.
 */
function oneSample(): Plugin {
  const asked = /preserveDrawingBuffer: false,\s*depth: true,/;
  return {
    name: "willis-one-sample",
    transform: {
      filter: { id: /vtk\.js\/Rendering\/OpenGL\/RenderWindow\.js/ },
      handler(code) {
        if (!asked.test(code))
          this.error("vtk.js asks for its WebGL context otherwise than it did: see vite.config.ts.");
        return { code: code.replace(asked, "$& antialias: false,"), map: null };
      },
    },
  };
}

/**
 * A picture that vtk.js took up and never drew has no texture yet. Let go (a pane changes before it was painted, graphics
 * come back), it fails on that, and with it the drawing of every other pane.
 */
function releasedBeforeDrawn(): Plugin {
  const places = {
    "ImageMapper.js": "model.openGLTexture.releaseGraphicsResources(",
    "RenderWindow.js": "\t\t\toglObject.releaseGraphicsResources(",
  };
  return {
    name: "willis-released-before-drawn",
    transform: {
      filter: { id: /vtk\.js\/Rendering\/OpenGL\/(ImageMapper|RenderWindow)\.js/ },
      handler(code, id) {
        const place = Object.entries(places).find(([file]) => id.includes(`/${file}`))![1];
        if (!code.includes(place))
          this.error("vtk.js lets go of its textures otherwise than it did: see vite.config.ts.");
        return { code: code.replace(place, place.replace(".release", "?.release")), map: null };
      },
    },
  };
}

export default defineConfig({
  root: here("."),
  base: "/",
  plugins: [react(), earlyScript(), oneSample(), releasedBeforeDrawn()],
  resolve: {
    // vtk.js reaches `events` through xmlbuilder2; left to itself Vite replaces it by an empty module and the page dies
    // silently on "Class extends value undefined".
    alias: {
      events: here("../../node_modules/events/events.js"),
      // A third of what the viewer would weigh, for what the page does not do: see the files.
      dcmjs: here("./instead/dcmjs.ts"),
      xmlbuilder2: here("./instead/xmlbuilder2.ts"),
    },
  },
  worker: { format: "es" },
  build: {
    target: "esnext",
    outDir: here("./dist"),
    emptyOutDir: true,
    sourcemap: false,
    rolldownOptions: { input: { index: here("./index.html"), early: here("./early.ts") } },
    // A data: font or icon would be inline content that the policy has to allow; keep every asset a file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4500,
  },
  optimizeDeps: { exclude: ["@cornerstonejs/dicom-image-loader"], include: ["dicom-parser"] },
  server: { proxy: { "/api": SERVER, "/dicom-web": SERVER, "/sign-in/": SERVER } },
});
