import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson } from "../../dicom/json.ts";
import type { Level } from "../db/archive/match-keys.ts";
import type { TextRow } from "../db/archive/search.ts";
import { REQUIRED } from "../ingest/return-attributes.ts";
import { inOrder, jsonOf, laidOver, type Member, membersInOrder } from "./json-members.ts";

/** Writes the answers of one search: the attributes of PS3.18 tables 10.6.3-3 to -5, in order of their tags. */
export interface AnswerWriter {
  /** One row as DICOM JSON text; `extra` are attributes beyond those that the index keeps. */
  write(row: TextRow, extra?: DicomJson): string;
}

/** `above`: levels above `level` whose attributes are answered too, as the address does not say them. */
export function answerWriter(level: Level, above: readonly Level[], base: string): AnswerWriter {
  const told = (one: Level): boolean => one === level || above.includes(one);
  const kept = new Map<string, Member[]>(); // many rows are of the same study and series
  const attributesOf = (one: Level, text: string): Member[] => {
    if (one === level) return laidOver(requiredOf(one), membersInOrder(text));
    const key = `${one} ${text}`;
    const members = kept.get(key) ?? laidOver(requiredOf(one), membersInOrder(text));
    kept.set(key, members);
    return members;
  };
  return {
    write(row, extra) {
      const computed: Member[] = [value("StudyInstanceUID", row.studyUid)];
      let url = `${base}/studies/${row.studyUid}`;
      let all = extra ? inOrder(Object.entries(extra).map(([tag, json]) => [tag, JSON.stringify(json)])) : [];
      if (told("study") && row.study !== undefined) {
        all = laidOver(all, attributesOf("study", row.study));
        computed.push(
          value("InstanceAvailability", "ONLINE"),
          value("ModalitiesInStudy", ...(row.modalities ?? [])),
          value("NumberOfStudyRelatedSeries", row.seriesCount ?? 0),
          value("NumberOfStudyRelatedInstances", row.studyInstances ?? 0),
        );
      }
      if (row.seriesUid) {
        url += `/series/${row.seriesUid}`;
        computed.push(value("SeriesInstanceUID", row.seriesUid));
        if (told("series") && row.series !== undefined) {
          all = laidOver(all, attributesOf("series", row.series));
          computed.push(value("NumberOfSeriesRelatedInstances", row.seriesInstances ?? 0));
        }
      }
      if (row.sopUid && row.instance !== undefined) {
        url += `/instances/${row.sopUid}`;
        all = laidOver(all, attributesOf("instance", row.instance));
        if (!told("study")) computed.push(value("InstanceAvailability", "ONLINE"));
        if (row.transferSyntax) computed.push(value("AvailableTransferSyntaxUID", row.transferSyntax));
      }
      computed.push(value("RetrieveURL", url));
      return jsonOf(laidOver(all, inOrder(computed)));
    },
  };
}

const heads = new Map<string, readonly [tag: string, head: string]>();

function headOf(keyword: string): readonly [tag: string, head: string] {
  let head = heads.get(keyword);
  if (!head) {
    const tag = tagOf(keyword);
    head = [tagHex(tag), `{"vr":"${entryOf(tag)?.vr ?? "UN"}"`];
    heads.set(keyword, head);
  }
  return head;
}

function value(keyword: string, ...values: (string | number)[]): Member {
  const [tag, head] = headOf(keyword);
  return [tag, values.length > 0 ? `${head},"Value":${JSON.stringify(values)}}` : `${head}}`];
}

const required = new Map<Level, Member[]>();

/** Those that are there even when they are empty. */
function requiredOf(level: Level): Member[] {
  let members = required.get(level);
  if (!members) {
    members = inOrder(REQUIRED[level].map((keyword) => value(keyword)));
    required.set(level, members);
  }
  return members;
}
