import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { GradeDraft, GradeView, MachineReading } from "../../cases/grades.ts";
import { ask } from "./client.ts";

const at = (studyUid: string, rest = "") => `/api/studies/${encodeURIComponent(studyUid)}/grades${rest}`;

/** The grades of the runs of a study, and how to add to them. */
export function useGrades(studyUid: string) {
  const client = useQueryClient();
  const queryKey = ["grades", studyUid];
  const { data, error } = useQuery({ queryKey, queryFn: () => ask<GradeView[]>(at(studyUid)) });
  const put = async (rest: string, json: unknown) => {
    const all = await ask<GradeView[]>(at(studyUid, rest), { method: "PUT", json });
    client.setQueryData(queryKey, all);
  };
  return {
    grades: data,
    error: error instanceof Error ? error.message : "",
    record: ({ id, ...draft }: GradeDraft) => put(`/${id}`, draft),
    reveal: (id: string, reading: MachineReading) => put(`/${id}/machine`, reading),
  };
}
