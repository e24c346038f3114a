import { entryOf, keywords, tagHex, tagOfKeyword } from "../../dicom/dictionary.ts";

/**
 * What Cornerstone uses of `dcmjs` while the page runs, without its 700 kB: names of attributes by our own dictionary,
 * loggers, four transfer syntaxes. Its reader of files is not here, as the page asks for metadata and frames.
 */

interface Row {
  readonly tag: string;
  readonly vr: string;
  readonly vm: string;
  readonly name: string;
}

function row(tag: number | undefined): Row | undefined {
  const entry = tag === undefined ? undefined : entryOf(tag);
  if (tag === undefined || !entry) return undefined;
  const hex = tagHex(tag);
  return { tag: `(${hex.slice(0, 4)},${hex.slice(4)})`, vr: entry.vr, vm: entry.vm, name: entry.keyword };
}

/** An object that looks a key up when it is asked for it; nothing is built for keys that nobody asks for. */
function lookUp(find: (key: string) => Row | undefined, all: () => string[]): Readonly<Record<string, Row>> {
  const value = (key: string | symbol) => (typeof key === "string" ? find(key) : undefined);
  return new Proxy<Record<string, Row>>(
    {},
    {
      get: (_, key) => value(key),
      has: (_, key) => value(key) !== undefined,
      ownKeys: all,
      getOwnPropertyDescriptor(_, key) {
        const found = value(key);
        return found && { value: found, writable: false, enumerable: true, configurable: true };
      },
    },
  );
}

const HEX = /^\(?([0-9A-F]{4}),?([0-9A-F]{4})\)?$/i;
const dictionary = lookUp(
  (key) => {
    const [, group, element] = HEX.exec(key) ?? [];
    return group ? row(Number.parseInt(`${group}${element}`, 16)) : undefined;
  },
  () => keywords().map((keyword) => tagHex(tagOfKeyword(keyword) ?? 0)),
);
const nameMap = lookUp((key) => row(tagOfKeyword(key)), keywords);

class NotHere {
  constructor() {
    throw new Error("Files are not read in the page: ask the server for the metadata and the frames of an image.");
  }
}

type Say = (...words: readonly unknown[]) => void;
interface Logger {
  readonly trace: Say;
  readonly debug: Say;
  readonly info: Say;
  readonly log: Say;
  readonly warn: Say;
  readonly error: Say;
  readonly getLogger: (name: string) => Logger;
  /** Of trace 0, debug 1, info 2, warn 3, error 4: the least that is said. */
  readonly getLevel: () => number;
}

const WARN = 3;
const silent: Say = () => {};

/** Warnings and errors reach the console with the name of who says them; the rest is not said. */
function logger(name: string): Logger {
  const named = (say: Say): Say => (name ? (...words) => say(`${name}:`, ...words) : say);
  const warn = named((...words) => console.warn(...words));
  const error = named((...words) => console.error(...words));
  return {
    trace: silent,
    debug: silent,
    info: silent,
    log: silent,
    warn,
    error,
    getLogger: logger,
    getLevel: () => WARN,
  };
}

export const log = logger("");
export const constants = {
  IMPLICIT_LITTLE_ENDIAN: "1.2.840.10008.1.2",
  EXPLICIT_LITTLE_ENDIAN: "1.2.840.10008.1.2.1",
  DEFLATED_EXPLICIT_LITTLE_ENDIAN: "1.2.840.10008.1.2.1.99",
  EXPLICIT_BIG_ENDIAN: "1.2.840.10008.1.2.2",
};
export default {
  data: { DicomMetaDictionary: { dictionary, nameMap } },
  async: { AsyncDicomReader: NotHere },
  utilities: { DicomMetadataListener: NotHere },
  constants,
  log,
};
