import { useParams } from "@tanstack/react-router";
import type { LibraryKind } from "../../knowledge/search-kinds.ts";
import { IndicationPaper } from "../panels/library-indication.tsx";
import { MetricPaper } from "../panels/library-metric.tsx";
import { PackPaper } from "../panels/library-pack.tsx";
import { RecommendationPaper } from "../panels/library-recommendation.tsx";
import { ScalePaper } from "../panels/library-scale.tsx";
import { TrialPaper } from "../panels/library-trial.tsx";
import { NotThere } from "./failed.tsx";
import "./library.css";

const PAPERS: Readonly<Record<LibraryKind, (of: { readonly id: string }) => React.ReactNode>> = {
  recommendation: RecommendationPaper,
  indication: IndicationPaper,
  trial: TrialPaper,
  scale: ScalePaper,
  metric: MetricPaper,
  pack: PackPaper,
};

/** One thing of the library at its own address. */
export function KnowItemPage() {
  const { kind, itemId } = useParams({ from: "/inside/know/$kind/$itemId" });
  const One = Object.hasOwn(PAPERS, kind) ? PAPERS[kind as LibraryKind] : null;
  if (!One) return <NotThere />;
  return (
    <main className="scroll library" key={`${kind}/${itemId}`}>
      <One id={itemId} />
    </main>
  );
}
