import PDFDocument from "pdfkit";
import { type FontFile, interFonts, type Weight } from "./fonts.ts";

const SUBSTITUTES: Readonly<Record<string, string>> = { "≥": ">=", "≤": "<=", "→": "->", "−": "-", "\u00a0": " " };

export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly colour?: string;
}

type Run = { readonly font: string; readonly text: string };
type Mark = "met" | "not met" | "cannot determine";

/** One tagged A4 page on which text of any European script is set, wrapped and measured. Sizes in points. */
export interface Page {
  readonly width: number;
  readonly height: number;
  /** Draws text from (x, y) within `width`, wrapped; returns the y below it. At most `lines` lines, then an ellipsis. */
  text(words: string, x: number, y: number, width: number, style: TextStyle, lines?: number): number;
  /** How high that text would be. */
  heightOf(words: string, width: number, style: TextStyle, lines?: number): number;
  widthOf(words: string, style: TextStyle): number;
  line(x: number, y: number, width: number): void;
  box(x: number, y: number, width: number, height: number, colour: string): void;
  /** Disc, cross or dashed ring: a shape for each state, so that it does not rest on colour. */
  mark(mark: Mark, x: number, y: number, size: number): void;
  /** A picture (PNG or JPEG) within a box, whole, from its upper left corner; `alt` says what it shows. Its height. */
  picture(bytes: Uint8Array, x: number, y: number, width: number, most: number, alt: string): number;
  /** Begins another page. */
  next(): void;
  /** What is drawn inside belongs to one structure element ("H1", "P", "L" ...). */
  as(tag: string, draw: () => void): void;
  end(): Promise<Buffer>;
}

const LEADING = 1.36;
const COLOURS: Readonly<Record<Mark, string>> = { met: "#1d7a46", "not met": "#b3402a", "cannot determine": "#6a4fb3" };

export async function openPage(info: { title: string; author: string; subject: string; at: Date }): Promise<Page> {
  const doc = new PDFDocument({
    size: "A4",
    margin: 0,
    pdfVersion: "1.7",
    tagged: true,
    displayTitle: true,
    lang: "en",
    autoFirstPage: true,
    info: {
      Title: info.title,
      Author: info.author,
      Subject: info.subject,
      Creator: "Willis",
      CreationDate: info.at,
      ModDate: info.at,
    },
  });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.on("end", resolve).on("error", reject));
  const fonts = await interFonts();
  const runsOf = runSplitter(doc, fonts);

  const widthOf = (words: string, style: TextStyle): number =>
    runsOf(words, style.weight ?? "regular").reduce(
      (sum, run) => sum + doc.font(run.font).fontSize(style.size).widthOfString(run.text),
      0,
    );
  function wrap(words: string, width: number, style: TextStyle, most = 99): string[] {
    const lines: string[] = [];
    for (const paragraph of words.split("\n")) {
      let line = "";
      for (const word of paragraph.split(/\s+/).flatMap((w) => breakable(w, width, style, widthOf))) {
        const longer = line ? `${line} ${word}` : word;
        if (line && widthOf(longer, style) > width) {
          lines.push(line);
          line = word;
        } else line = longer;
      }
      lines.push(line);
    }
    return lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), shorten(lines[most - 1]!, width, style, widthOf)];
  }
  return {
    width: doc.page.width,
    height: doc.page.height,
    widthOf,
    heightOf: (words, width, style, lines) => wrap(words, width, style, lines).length * style.size * LEADING,
    text(words, x, y, width, style, lines) {
      let at = y;
      for (const line of wrap(words, width, style, lines)) {
        let from = x;
        for (const run of runsOf(line, style.weight ?? "regular")) {
          doc
            .font(run.font)
            .fontSize(style.size)
            .fillColor(style.colour ?? "#14181d");
          doc.text(run.text, from, at, { lineBreak: false });
          from += doc.widthOfString(run.text);
        }
        at += style.size * LEADING;
      }
      return at;
    },
    line(x, y, width) {
      doc
        .moveTo(x, y)
        .lineTo(x + width, y)
        .lineWidth(0.5)
        .stroke("#c9ced6");
    },
    box(x, y, width, height, colour) {
      doc.roundedRect(x, y, width, height, 4).fill(colour);
    },
    mark(mark, x, y, size) {
      const r = size / 2;
      doc.lineWidth(1.1);
      if (mark === "met") doc.circle(x + r, y + r, r * 0.8).fill(COLOURS[mark]);
      else if (mark === "not met") {
        doc
          .moveTo(x, y)
          .lineTo(x + size, y + size)
          .moveTo(x + size, y)
          .lineTo(x, y + size)
          .stroke(COLOURS[mark]);
      } else
        doc
          .circle(x + r, y + r, r * 0.85)
          .dash(1.4, { space: 1.2 })
          .stroke(COLOURS[mark])
          .undash();
    },
    picture(bytes, x, y, width, most, alt) {
      const image = (doc as unknown as { openImage(of: Buffer): { width: number; height: number } }).openImage(
        Buffer.from(bytes),
      );
      const scale = Math.min(width / image.width, most / image.height);
      const draw = () => void doc.image(image as never, x, y, { width: image.width * scale });
      doc.addStructure(doc.struct("Figure", { alt }, draw));
      return image.height * scale;
    },
    next() {
      doc.addPage();
    },
    as(tag, draw) {
      doc.addStructure(doc.struct(tag, {}, draw));
    },
    async end() {
      doc.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
}

/** Cuts text into runs of one font each: a character that no subset holds is shown as "?". */
function runSplitter(doc: PDFKit.PDFDocument, fonts: readonly FontFile[]): (text: string, weight: Weight) => Run[] {
  const glyphs = new Map<string, (code: number) => boolean>();
  for (const { name, bytes } of fonts) {
    doc.registerFont(name, bytes);
    doc.font(name);
    const { font } = (doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
    glyphs.set(name, (code) => font.hasGlyphForCodePoint(code));
  }
  return (text, weight) => {
    const names = fonts.filter((font) => font.weight === weight).map((font) => font.name);
    const runs: { font: string; text: string }[] = [];
    for (const raw of text.normalize("NFC")) {
      for (const character of SUBSTITUTES[raw] ?? raw) {
        const code = character.codePointAt(0)!;
        const last = runs.at(-1);
        if (last && glyphs.get(last.font)!(code)) {
          last.text += character;
          continue;
        }
        const font = names.find((name) => glyphs.get(name)!(code));
        if (font) runs.push({ font, text: character });
        else if (last) last.text += "?";
        else runs.push({ font: names[0]!, text: "?" });
      }
    }
    return runs;
  };
}

type Measure = (words: string, style: TextStyle) => number;

/** A word longer than the line (a digest, a UID) in pieces that fit. */
function breakable(word: string, width: number, style: TextStyle, widthOf: Measure): string[] {
  if (widthOf(word, style) <= width) return [word];
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece && widthOf(piece + character, style) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

function shorten(line: string, width: number, style: TextStyle, widthOf: Measure): string {
  let text = line;
  while (text && widthOf(`${text}…`, style) > width) text = text.slice(0, -1);
  return `${text.trimEnd()}…`;
}
