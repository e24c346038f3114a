import { isSafeWord } from "./safe-words.ts";

/** Text with only its safe words left, and the words that went. */
export interface CleanedText {
  readonly text: string;
  readonly removed: readonly string[];
}

const MEASURE = /^\d{1,4}([.,]\d{1,3})?(mm|cm|ml|kv|kvp|kev|ma|mas|ms|msec|s|sec|fps|%|hu|t|f|fr)$/i;
const SMALL = /^(\d|\d{1,2}[.,]\d{1,2})$/;
/** A reconstruction kernel of the usual makers: B30f, Hr40, Br36d, J40s, UB. */
const KERNEL = /^(b|br|bv|hr|hv|ur|qr|h|i|j|fc|d|u)\d{2}[fhsmd]?$/i;

/**
 * Clean Descriptors (PS3.15 E.3.5) by an allow list: words of `safe-words.ts`, numbers with a unit, single digits, small
 * decimals and kernels stay, all other words go. What is not known to be safe is taken for a name.
 */
export function cleanText(value: string): CleanedText {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const word of value.split(/[\s_^=|,;:()[\]{}<>"']+/)) {
    if (word === "") continue;
    if (isSafe(word)) kept.push(word);
    else {
      // Compounds such as "Head/Neck" or "pre-post" are looked at part by part.
      const parts = word.split(/([-/+.&*])/);
      const safe = parts.filter((part) => part !== "" && isSafe(part) && !/^[-/+.&*]$/.test(part));
      if (parts.length > 1 && safe.length > 0) kept.push(safe.join(" "));
      removed.push(...parts.filter((part) => part !== "" && !/^[-/+.&*]$/.test(part) && !isSafe(part)));
    }
  }
  return { text: kept.filter((word) => /[\p{L}\d]/u.test(word)).join(" "), removed };
}

function isSafe(word: string): boolean {
  return isSafeWord(word) || MEASURE.test(word) || SMALL.test(word) || KERNEL.test(word);
}
