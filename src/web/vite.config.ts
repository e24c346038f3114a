import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** The server the development server passes `/api`, `/dicom-web` and `/sign-in` to. */
const SERVER = "http://127.0.0.1:8650";

export default defineConfig({
  root: here("."),
  base: "/",
  plugins: [react()],
  resolve: {
    // vtk.js reaches `events` through xmlbuilder2; left to itself Vite replaces it by an empty module and the page dies
    // silently on "Class extends value undefined".
    alias: { events: here("../../node_modules/events/events.js") },
  },
  worker: { format: "es" },
  build: {
    target: "esnext",
    outDir: here("./dist"),
    emptyOutDir: true,
    sourcemap: false,
    // A data: font or icon would be inline content that the policy has to allow; keep every asset a file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4500,
  },
  optimizeDeps: { exclude: ["@cornerstonejs/dicom-image-loader"], include: ["dicom-parser"] },
  server: { proxy: { "/api": SERVER, "/dicom-web": SERVER, "/sign-in/": SERVER } },
});
