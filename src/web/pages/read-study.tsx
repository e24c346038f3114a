import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { SeriesView } from "../../cases/views.ts";
import { mayExport } from "../api/deidentify.ts";
import { cases, session, studies, studyAnalyses, studySeries } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { correctRole, priorSeries, roleByTags } from "../api/reading.ts";
import { Button } from "../design/button.tsx";
import { Select } from "../design/choice.tsx";
import { Notice } from "../design/notice.tsx";
import { useIsPhone } from "../design/phone.ts";
import { Tabs } from "../design/tabs.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { isTyping } from "../keyboard.ts";
import { birthDate, count, counted } from "../panels/figures.ts";
import { AngioImages, Images } from "../panels/images.tsx";
import { NumbersPanel } from "../panels/numbers.tsx";
import { isAngiography, isRun } from "../viewer/hanging/first-plan.ts";
import { Failed } from "./failed.tsx";
import "./read.css";

const ROLES = "NCCT CTA CTP PMAP DSA XA 3DRA CBCT RF DWI ADC FLAIR T2 T1 SWI TOF DSC US SEG SR RDSR PDF OTHER".split(
  " ",
);
const NONE: readonly SeriesView[] = [];

/** One study as the page: images that hang themselves, its numbers, and what each series is (correctable). */
export function ReadStudyPage() {
  const { studyUid } = useParams({ from: "/inside/read/$studyUid" });
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const { data: series, error, isPending } = useQuery(studySeries(studyUid));
  const { data: analyses = [] } = useQuery(studyAnalyses(studyUid));
  const { data: priors = NONE } = useQuery(priorSeries(studyUid));
  const { data: list } = useQuery(studies(""));
  const { data: rows } = useQuery(cases);
  const { data: person } = useQuery(session);
  const compared = useMemo(() => [...(series ?? []), ...priors], [series, priors]);
  const [tab, setTab] = useState("series");
  const [wished, setWished] = useState<"angio" | "grid" | null>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !isTyping(event)) void navigate({ to: "/read" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate]);

  if (!series) return isPending ? <Notice middle title="Opening the study" /> : <Failed error={error} />;
  const study = list?.studies.find((each) => each.studyUid === studyUid);
  const runs = series.filter((each) => hangs(each) && isRun(each));
  const room = wished ?? (isAngiography(series) ? "angio" : "grid");
  const angio = room === "angio" && runs.length > 0 && !isPhone;
  const attached = (rows ?? []).filter((row) => row.images.studies.includes(studyUid));
  const measurable = series.some((each) => each.role === "CTP") || analyses.length > 0;
  return (
    <div className="study-page" data-testid="study">
      <header className="top">
        <Button look="quiet" onPress={() => void navigate({ to: "/read" })} aria-label="Back to the studies">
          ‹<span className="only-wide"> Studies</span>
        </Button>
        <div className="study-who">
          <b className="clip">{study?.patient.name || "Study"}</b>
          <span className="sub clip">
            {study
              ? `${birthDate(study.patient.birthDate)} · ${study.patient.identifier} · ${study.description}`
              : studyUid}
          </span>
        </div>
        <span className="push" />
        {attached.slice(0, 2).map((row) => (
          <Button
            key={row.id}
            look="quiet"
            onPress={() => void navigate({ to: "/cases/$caseId", params: { caseId: row.id } })}
          >
            Open the case
          </Button>
        ))}
        {mayExport(person?.role) ? (
          <Button look="quiet" onPress={() => void navigate({ to: "/deidentify", search: { study: studyUid } })}>
            Export<span className="only-wide"> de-identified</span>
          </Button>
        ) : null}
        {runs.length > 0 && !isPhone ? (
          <Button
            onPress={() => {
              setWished(angio ? "grid" : "angio");
              (document.activeElement as HTMLElement | null)?.blur(); // in the room Space is the next stage, not this again
            }}
          >
            {angio ? "All series" : "Angiography"}
          </Button>
        ) : null}
      </header>
      <div className={`study-main ${angio ? "alone" : ""}`}>
        <div className="study-images">
          {series.length === 0 ? (
            <Notice middle title="Nothing in this study yet">
              Images and reports appear here as they arrive.
            </Notice>
          ) : angio ? (
            <AngioImages series={series} {...(attached[0] ? { caseId: attached[0].id } : {})} />
          ) : (
            <Images series={compared} analyses={analyses} mayMove />
          )}
        </div>
        {angio ? null : (
          <aside className="study-side">
            <Tabs
              label="About this study"
              value={tab}
              onChange={setTab}
              tabs={[
                { id: "series", label: "Series", count: count(series.length), panel: <SeriesList series={series} /> },
                ...(measurable
                  ? [
                      {
                        id: "numbers",
                        label: "Numbers",
                        panel: <NumbersPanel series={series} analyses={analyses} mayRun />,
                      },
                    ]
                  : []),
              ]}
            />
          </aside>
        )}
      </div>
    </div>
  );
}

/** Images have a role by which they hang; what is no image is what it is. */
function hangs({ kinds }: SeriesView): boolean {
  return kinds[0]?.shownAs === "image" || kinds[0]?.shownAs === "map";
}

async function again(each: SeriesView): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ["studies", each.studyUid] });
  void queryClient.invalidateQueries({ queryKey: ["case"] });
}

function SeriesList({ series }: { readonly series: readonly SeriesView[] }) {
  const correct = async (each: SeriesView, role: string) => {
    try {
      const { label } = await correctRole(each, role);
      await again(each);
      say(`Series ${each.number ?? ""} is ${label} now. Series like it from this station will be, too.`, {
        label: "Take back",
        do: () => void roleByTags(each).then(() => again(each), sayProblem),
      });
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <div className="panel-body">
      <p className="sub">What a series is was read from its tags. Correct it here, and it hangs where it belongs.</p>
      {series.map((each) => (
        <div key={each.seriesUid} className="series-line">
          <div>
            <div className="clip">
              {each.number === null ? "" : `${each.number}  `}
              {each.description || each.modality}
            </div>
            <div className="sub clip">
              {each.kinds[0]?.short ?? each.modality} ·{" "}
              {each.frames > 0 ? counted(each.frames, "image") : counted(each.instances, "object")}
              {each.roleBy === "tags" ? "" : each.roleBy === "learned" ? " · learned" : " · corrected"}
            </div>
            {hangs(each) ? (
              <div className="sub clip" title={each.why}>
                {each.label}, by: {each.why}
              </div>
            ) : null}
          </div>
          {hangs(each) ? (
            <Select
              label={`What series ${each.number ?? each.description} is`}
              value={each.role}
              onChange={(role) => void correct(each, role)}
              choices={ROLES.map((role) => ({ id: role, label: role }))}
            />
          ) : null}
        </div>
      ))}
    </div>
  );
}
