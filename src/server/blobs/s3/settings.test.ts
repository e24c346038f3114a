import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Settings } from "./settings.ts";

test("without WILLIS_BLOBS images are kept in a folder", () => {
  assert.equal(s3Settings({}), null);
  assert.equal(s3Settings({ WILLIS_BLOBS: " " }), null);
});

test("a bucket with and without a prefix; an endpoint of one's own means paths, not host names", () => {
  const amazon = s3Settings({ WILLIS_BLOBS: "s3://hospital-images", WILLIS_S3_REGION: "eu-central-1" });
  assert.deepEqual(
    [amazon?.bucket, amazon?.prefix, amazon?.endpoint, amazon?.pathStyle, amazon?.region, amazon?.acknowledge],
    ["hospital-images", "", null, false, "eu-central-1", "spool"],
  );
  const own = s3Settings({ WILLIS_BLOBS: "s3://images/willis/", WILLIS_S3_ENDPOINT: "http://s3:9000" });
  assert.deepEqual([own?.prefix, own?.endpoint, own?.pathStyle], ["willis/", "http://s3:9000", true]);
});

test("a setting that cannot be used is refused with its value", () => {
  const at = { WILLIS_BLOBS: "s3://images" };
  assert.throws(() => s3Settings({ WILLIS_BLOBS: "/data/images" }), /WILLIS_BLOBS is "\/data\/images"/);
  assert.throws(
    () => s3Settings({ ...at, WILLIS_S3_ACK: "never" }),
    /WILLIS_S3_ACK is "never": give spool or uploaded/,
  );
  assert.throws(() => s3Settings({ ...at, WILLIS_SPOOL_GB: "lots" }), /WILLIS_SPOOL_GB is "lots"/);
  assert.throws(() => s3Settings({ ...at, WILLIS_S3_ENDPOINT: "s3.example" }), /WILLIS_S3_ENDPOINT is "s3.example"/);
});
