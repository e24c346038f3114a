import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accepted, chosen, contentType, mediaTypes } from "./media-type.ts";
import { pixelOffer } from "./transfer-media.ts";

const JPEG_LS = "1.2.840.10008.1.2.4.80";
const EXPLICIT = "1.2.840.10008.1.2.1";

test("parameters may be quoted, and may hold commas and semicolons", () => {
  assert.deepEqual(mediaTypes('multipart/related; type="a/b;c,d"; q=0.5, image/png'), [
    { type: "multipart/related", params: { type: "a/b;c,d", q: "0.5" } },
    { type: "image/png", params: {} },
  ]);
});

test("the better quality comes first, and quality 0 is refused", () => {
  const asked = accepted("image/png;q=0.2, image/jpeg;q=0.9, image/gif;q=0", undefined);
  assert.deepEqual(
    asked.map((m) => m.type),
    ["image/jpeg", "image/png"],
  );
});

test("the accept parameter of the query stands above the header", () => {
  assert.equal(chosen(accepted("image/jpeg", "image/png"), ["image/jpeg", "image/png"]), "image/png");
});

test("a plus that was written into an address as it is means a plus", () => {
  const query = new URLSearchParams("accept=application/dicom+json").get("accept") ?? "";
  assert.equal(accepted("text/html", query)[0]?.type, "application/dicom+json");
  const parts = new URLSearchParams('accept=multipart/related; type="application/dicom+xml"').get("accept") ?? "";
  assert.equal(accepted("text/html", parts)[0]?.params.type, "application/dicom+xml");
});

test("what cannot be had is not acceptable", () => {
  assert.throws(() => chosen(accepted("text/html", undefined), ["image/jpeg"]), { code: "not-acceptable" });
});

test("no text makes the parser fail", () => {
  fc.assert(fc.property(fc.string(), (text) => void mediaTypes(text)));
  assert.throws(() => contentType("nonsense"), { code: "unsupported-media" });
});

const offer = (accept: string, ts: string) => {
  const { as, parts, mediaType, transferSyntax } = pixelOffer(accepted(accept, undefined), ts, false);
  return `${as} ${parts ? "parts" : "alone"} ${mediaType} ${transferSyntax}`;
};

test("bytes without a transfer syntax are little-endian samples (PS3.18 8.7.3.3)", () => {
  const samples = `samples parts application/octet-stream ${EXPLICIT}`;
  assert.equal(offer('multipart/related; type="application/octet-stream"', JPEG_LS), samples);
  assert.equal(offer("*/*", JPEG_LS), samples);
  assert.equal(offer("application/octet-stream", JPEG_LS), `samples alone application/octet-stream ${EXPLICIT}`);
});

test("transfer-syntax=* and the stored type take the pixels as they are", () => {
  const stored = `stored parts image/jls ${JPEG_LS}`;
  assert.equal(offer('multipart/related; type="application/octet-stream"; transfer-syntax=*', JPEG_LS), stored);
  assert.equal(offer('multipart/related; type="image/jls"', JPEG_LS), stored);
  assert.equal(offer(`multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`, JPEG_LS), stored);
  assert.equal(offer("image/jls", JPEG_LS), `stored alone image/jls ${JPEG_LS}`);
});

test("a type that cannot be made is passed over for the next, one that can is coded anew", () => {
  const accept = 'multipart/related; type="image/webp", multipart/related; type="application/octet-stream"';
  assert.equal(offer(accept, JPEG_LS), `samples parts application/octet-stream ${EXPLICIT}`);
  assert.throws(() => offer('multipart/related; type="image/webp"', JPEG_LS), { code: "not-acceptable" });
  const made = "made parts image/jp2 1.2.840.10008.1.2.4.90";
  assert.equal(offer('multipart/related; type="image/jp2"', JPEG_LS), made);
  assert.equal(offer('multipart/related; type="image/jp2", multipart/related; type="image/jls"; q=0.9', JPEG_LS), made);
});

test("of types that are liked the same, the stored one is sent", () => {
  const stored = `stored parts image/jls ${JPEG_LS}`;
  assert.equal(offer('multipart/related; type="image/jp2", multipart/related; type="image/x-jls"', JPEG_LS), stored);
});

test("native pixels are samples in either form", () => {
  const accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
  assert.equal(offer(accept, "1.2.840.10008.1.2"), `stored parts application/octet-stream ${EXPLICIT}`);
});
