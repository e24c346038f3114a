import { KEY_REASONS, type KeyImageView } from "../../cases/kept.ts";
import type { KeyPicture } from "../kept/key-image-pictures.ts";
import { openPage, type Page, type TextStyle } from "./page.ts";

const MARGIN = 40;
const SMALL: TextStyle = { size: 7.2, colour: "#4d5661" };
const BODY: TextStyle = { size: 8.6 };
const STRONG: TextStyle = { size: 10, weight: "bold" };
/** 80 mm: at 300 dots an inch the 945 dots that a key image has at least. */
const PICTURE_WIDTH = 227;
const PICTURE_MOST = 235;
const SIDES: Readonly<Record<string, string>> = { R: "Right", L: "Left", B: "Both sides" };

/** What the document says beside the pictures. */
export interface KeyImagesOf {
  readonly patient: { readonly name: string; readonly identifier: string; readonly birthDate: string | null };
  readonly question: string;
  readonly at: Date;
  readonly by: string;
}

/** The key images of a case on A4 pages: each picture with its caption, side, measurements and calibration, whole. */
export async function keyImagesPdf(about: KeyImagesOf, keys: readonly KeyPicture[]): Promise<Buffer> {
  const page = await openPage({
    title: `Key images: ${about.patient.name || "patient not named"}, ${clock(about.at.toISOString())}`,
    author: about.by,
    subject: "Key images",
    at: about.at,
  });
  const width = page.width - 2 * MARGIN;
  const y = head(page, about, keys.length, width);
  if (keys.length === 0) page.as("P", () => page.text("No key image of this case is marked.", MARGIN, y, width, BODY));
  keyImagesOn(page, keys, y);
  return page.end();
}

/** Draws key images from `top` on, with pages of their own as they need; says below what the pictures are not for. */
export function keyImagesOn(page: Page, keys: readonly KeyPicture[], top: number): void {
  const width = page.width - 2 * MARGIN;
  let y = top;
  for (const { key, picture } of keys) {
    if (y + PICTURE_MOST + 20 > page.height - MARGIN) {
      caveat(page, width);
      page.next();
      y = MARGIN;
    }
    page.line(MARGIN, y, width);
    y = Math.max(drawn(page, key, picture, y + 10), words(page, key, y + 10, width)) + 12;
  }
  caveat(page, width);
}

function caveat(page: Page, width: number): void {
  page.as("P", () =>
    page.text(
      "Pictures of the screen: lengths are not to be taken from them. Not a medical device.",
      MARGIN,
      page.height - 30,
      width,
      SMALL,
    ),
  );
}

function head(page: Page, { patient, question, at, by }: KeyImagesOf, count: number, width: number): number {
  let y = 34;
  page.as("P", () => page.text("Willis · key images of a case", MARGIN, y, width, SMALL));
  y += 14;
  page.as("H1", () => {
    y = page.text(patient.name || "Patient not named", MARGIN, y, width, { size: 17, weight: "bold" }, 2);
  });
  const who = [patient.identifier, patient.birthDate ? `born ${patient.birthDate}` : ""].filter(Boolean).join(" · ");
  page.as("P", () => {
    if (who) y = page.text(who, MARGIN, y + 1, width, BODY);
    if (question) y = page.text(question, MARGIN, y + 2, width, BODY, 3);
    const made = `${count} ${count === 1 ? "image" : "images"} · made ${clock(at.toISOString())} by ${by}`;
    y = page.text(made, MARGIN, y + 2, width, SMALL);
  });
  return y + 10;
}

function drawn(page: Page, key: KeyImageView, picture: Uint8Array | null, y: number): number {
  const alt = [key.caption || KEY_REASONS[key.reason], ...key.words].join("; ");
  if (picture) return y + page.picture(picture, MARGIN, y, PICTURE_WIDTH, PICTURE_MOST, alt);
  let below = y;
  page.as("P", () => {
    below = page.text("The picture is not here: its object has left the archive.", MARGIN, y, PICTURE_WIDTH, BODY);
  });
  return below;
}

function words(page: Page, key: KeyImageView, top: number, width: number): number {
  const left = MARGIN + PICTURE_WIDTH + 16;
  const room = width - PICTURE_WIDTH - 16;
  let y = top;
  page.as("P", () => {
    y = page.text(key.caption || KEY_REASONS[key.reason], left, y, room, STRONG, 4);
    const side = SIDES[key.laterality] ?? "Side not stated";
    y = page.text(`${KEY_REASONS[key.reason]} · ${side}`, left, y + 2, room, BODY);
    for (const line of key.words) y = page.text(line, left, y + 2, room, BODY, 3);
    y = page.text(`Marked by ${key.by.name}, ${clock(key.at)}`, left, y + 6, room, SMALL);
    const { sopUid = "", frame } = key.place;
    y = page.text(`Image ${sopUid}${frame === undefined ? "" : `, frame ${frame}`}`, left, y + 2, room, SMALL, 3);
  });
  return y;
}

function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
