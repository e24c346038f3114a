import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WillisError } from "../../core/errors.ts";
import { TRANSFER_SYNTAXES, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { LEVELS } from "../db/archive/match-keys.ts";
import { cursorOf, orderKeys, placeOf } from "../db/archive/search-order.ts";
import { allowedMethods } from "../http/allowed-methods.ts";
import { accepted } from "./media-type.ts";
import { qidoQuery } from "./qido-query.ts";
import { byteRange } from "./ranged.ts";
import { annotationKinds, renderOptions } from "./rendered-options.ts";
import { pixelOffer } from "./transfer-media.ts";
import { pictureOptions, wadoQuery } from "./wado-query.ts";

/** Any input gives an answer or an error of our own table, with words. */
function told<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof WillisError && error.message.length > 10, String(error));
    return undefined;
  }
}

const odd = fc.oneof(
  fc.string(),
  fc.constantFrom("", "*", "true", "-", "20260231", "1,2", "\\", '""', "0", "-1", "1e9"),
);

test("any search query gives matches, or says which parameter is wrong", () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...["PatientName", "00100020", "StudyDate", "StudyTime", "limit", "offset", "cursor", "includefield"],
      ...["fuzzymatching", "multiplevaluematching", "RequestAttributesSequence.ScheduledProcedureStepID", "a.b.c"],
    ),
  );
  const query = fc.dictionary(names, fc.oneof(odd, fc.array(odd, { maxLength: 3 })));
  fc.assert(
    fc.property(query, fc.constantFrom(...LEVELS), (raw, level) => {
      const read = told(() => qidoQuery(raw, level));
      assert.ok(!read || (read.limit >= 0 && read.limit <= 10_000 && read.offset >= 0));
    }),
  );
});

test("a cursor is read back as the place that it was made of, and no other text is a cursor of a search", () => {
  const place = fc.tuple(fc.option(fc.constantFrom("2026-01-02", "1999-12-31"), { nil: null }), fc.nat().map(String));
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), place, (level, values) => {
      assert.deepEqual(placeOf(level, cursorOf(level, values)), values);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void told(() => placeOf("study", text))));
  assert.equal(orderKeys("instance", true, true).length, 2);
  assert.equal(orderKeys("instance", false, false).length, 6);
});

test("a range is one stretch of the bytes that there are, or none", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,4}-\d{0,4}$/)),
      fc.integer({ min: 1, max: 5000 }),
      (header, size) => {
        const range = told(() => byteRange(header, size));
        if (range) assert.ok(range.first >= 0 && range.first <= range.last && range.last < size);
      },
    ),
  );
});

test("rendering parameters give options within limits, or say what is wrong", () => {
  const query = fc.record(
    { window: odd, viewport: odd, quality: odd, annotation: odd, iccprofile: odd },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(query, fc.boolean(), (raw, thumbnail) => {
      const options = told(() => renderOptions(raw as Record<string, string>, thumbnail));
      if (options) assert.ok(options.quality >= 1 && options.quality <= 100 && (options.fit?.width ?? 1) <= 8192);
      told(() => annotationKinds(raw as Record<string, string>));
    }),
  );
  const uri = fc.dictionary(
    fc.constantFrom(
      "requestType",
      "objectUID",
      "rows",
      "columns",
      "region",
      "windowCenter",
      "windowWidth",
      "ROWS",
      "x",
    ),
    fc.oneof(odd, fc.constantFrom("WADO", "1.2.3", "0.1,0.1,0.2,0.2"), fc.array(odd)),
  );
  const header = { "00280010": { vr: "US", Value: [100] }, "00280011": { vr: "US", Value: [50] } };
  fc.assert(
    fc.property(uri, (raw) => {
      const query = told(() => wadoQuery(raw));
      const crop = query && told(() => pictureOptions(query, header))?.crop;
      if (crop) assert.ok(crop.x + crop.width <= 50 && crop.y + crop.height <= 100 && crop.width > 0);
    }),
  );
});

test("for any accepted types, pixels are offered in a form that was accepted, or refused naming those there are", () => {
  const syntax = fc.constantFrom(...TRANSFER_SYNTAXES.map(({ uid }) => uid));
  const type = fc.constantFrom(
    ...[
      "*/*",
      "image/*",
      "application/octet-stream",
      "image/jpeg",
      "image/jls",
      "image/x-jls",
      "image/jp2",
      "image/jphc",
    ],
    ...["image/dicom-rle", "video/mp4", "video/mpeg", "image/jxl", "text/plain"],
  );
  const one = fc.tuple(type, fc.boolean(), fc.option(fc.oneof(syntax, fc.constant("*")), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), syntax, (list, stored) => {
      const header = list.map(([name, parts, wanted]) => {
        const tail = wanted === undefined ? "" : `; transfer-syntax=${wanted}`;
        return parts ? `multipart/related; type="${name}"${tail}` : name + tail;
      });
      const { bigEndian, encapsulated } = transferSyntaxOf(stored);
      const offer = told(() => pixelOffer(accepted(header.join(", "), undefined), stored, bigEndian));
      if (!offer) return;
      assert.ok(offer.as !== "stored" || !encapsulated || offer.transferSyntax === stored);
      assert.ok(offer.as !== "samples" || offer.mediaType === "application/octet-stream");
      assert.ok(list.some(([name, parts]) => (parts || name === "*/*") === offer.parts));
    }),
  );
});

test("the methods of a path are those of the routes that fit it", () => {
  const routes = [
    { method: "GET", url: "/dicom-web/studies/:study" },
    { method: "POST", url: "/dicom-web/studies/:study" },
    { method: "GET", url: "/dicom-web/studies/:study/bulkdata/*" },
  ] as const;
  assert.deepEqual(allowedMethods(routes, "/dicom-web/studies/1.2").sort(), ["GET", "HEAD", "POST"]);
  assert.deepEqual(allowedMethods(routes, "/dicom-web/studies/1.2/bulkdata/0011/1").sort(), ["GET", "HEAD"]);
  assert.deepEqual(allowedMethods(routes, "/dicom-web/studies/1.2/x"), []);
});
