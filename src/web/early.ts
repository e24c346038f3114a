import type { SeriesView } from "../cases/views.ts";
import { oneCase, session, studyAnalyses, studySeries } from "./api/queries.ts";
import { queryClient } from "./api/query-client.ts";
import { priorSeries } from "./api/reading.ts";
import { frameAhead } from "./viewer/display/frame-requests.ts";
import { firstPlan, isAngiography, isRun } from "./viewer/hanging/first-plan.ts";
import { frameAddress, metadataAhead, seriesRoot } from "./viewer/pane/series-metadata.ts";
import { orderStack } from "./viewer/pane/stack-order.ts";

/**
 * What runs beside the app, in a small script of its own, when the address is one of images: the viewer, the list of
 * series, the metadata and the first image of the first series are asked for while the app is still being read, and not one
 * after the other. Answers are kept where the app looks for them. What fails here is asked again there, and said there.
 */

const [, studyUid] = /^\/read\/([^/]+)\/?$/.exec(location.pathname) ?? [];
const [, caseId] = /^\/cases\/([^/]+)\/?$/.exec(location.pathname) ?? [];
const isPhone = matchMedia("(max-width: 720px)").matches;

async function study(uid: string): Promise<void> {
  void import("./pages/read-study.tsx");
  const [series, analyses, priors] = await Promise.all([
    queryClient.fetchQuery(studySeries(uid)),
    queryClient.fetchQuery(studyAnalyses(uid)),
    queryClient.fetchQuery(priorSeries(uid)),
  ]);
  if (isAngiography(series) && !isPhone) return run(series.find(isRun));
  const plan = firstPlan([...series, ...priors], analyses);
  return first(series.find(({ seriesUid }) => seriesUid === plan?.seriesUid));
}

async function aCase(id: string): Promise<void> {
  void import("./pages/case.tsx");
  const { series, analyses, kind } = await queryClient.fetchQuery(oneCase(id));
  const plan = firstPlan(series, analyses, kind);
  return first(series.find(({ seriesUid }) => seriesUid === plan?.seriesUid));
}

/** Slices open in the middle, a run where its contrast is, with the frames that are its mask. */
async function first(series: SeriesView | undefined): Promise<void> {
  if (!series) return;
  if (series.role === "DSA") return run(series);
  const [stack] = orderStack(await metadataAhead(series)).times;
  const middle = stack?.[stack.length >> 1];
  if (middle) frameAhead(frameAddress(seriesRoot(series), middle));
}

async function run(series: SeriesView | undefined): Promise<void> {
  if (!series) return;
  const { kind, times } = orderStack(await metadataAhead(series));
  const frames = times[0] ?? [];
  const ask = (at: number) => frames[at] && frameAhead(frameAddress(seriesRoot(series), frames[at]));
  if (series.role !== "DSA" || kind !== "run" || frames.length < 3) return void ask(0);
  const { maskAt, openingSubtraction } = await import("./viewer/angio/mask-frames.ts");
  const start = Math.floor(frames.length * 0.4);
  ask(start);
  for (const frame of maskAt(openingSubtraction(frames[0]!.instance, frames.length), start)) ask(frame);
}

if (studyUid || caseId) {
  void queryClient.prefetchQuery(session);
  const begun = studyUid ? study(decodeURIComponent(studyUid)) : aCase(decodeURIComponent(caseId!));
  begun.catch(() => {});
  void import("./viewer/index.ts").catch(() => {});
  new Worker(new URL("./workers/graphics.worker.ts", import.meta.url), { type: "module" });
}
