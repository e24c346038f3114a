import assert from "node:assert/strict";

/**
 * What CDS Hooks 2.0 says of a discovery document and of an answer, written from the specification and from nothing of ours:
 * members with their types, which must be there, and that no other is.
 */
type Check = (value: unknown, at: string) => void;

const text: Check = (value, at) => {
  assert.ok(typeof value === "string" && value.length > 0, `${at} must be a text that is not empty`);
};
const matching =
  (form: RegExp): Check =>
  (value, at) => {
    assert.match(String(value), form, at);
  };
const oneOf =
  (...words: string[]): Check =>
  (value, at) => {
    assert.ok(words.includes(value as string), `${at} must be one of ${words}`);
  };
const url: Check = (value, at) => {
  assert.ok(typeof value === "string" && URL.canParse(value), `${at} must be an absolute address`);
};
const list =
  (check: Check): Check =>
  (value, at) => {
    assert.ok(Array.isArray(value), `${at} must be a list`);
    value.forEach((one, k) => {
      check(one, `${at}[${k}]`);
    });
  };
const anything: Check = () => {};
function object(must: Record<string, Check>, may: Record<string, Check> = {}): Check {
  return (value, at) => {
    assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `${at} must be an object`);
    for (const name of Object.keys(must)) assert.ok(Object.hasOwn(value, name), `${at}.${name} is missing`);
    for (const [name, given] of Object.entries(value)) {
      const check = must[name] ?? may[name];
      assert.ok(check, `${at}.${name} is no member of the specification`);
      check(given, `${at}.${name}`);
    }
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const extension: Check = (value, at) => {
  object({}, {})({}, at);
  for (const name of Object.keys(value as object))
    assert.match(name, /^[a-z]+(\.[A-Za-z]+)+$/, `${at}: an extension has a name in reverse domain order`);
};
const coding = object({ code: text, system: text }, { display: text });
/** "display" is REQUIRED for override reasons, OPTIONAL for a topic. */
const reason = object({ code: text, system: text, display: text });

const card = object(
  {
    summary: (value, at) => {
      text(value, at);
      assert.ok((value as string).length < 140, `${at} has ${(value as string).length} characters`);
      assert.ok(!/[\r\n]/.test(value as string), `${at} is one line`);
    },
    indicator: oneOf("info", "warning", "critical"),
    source: object({ label: text }, { url, icon: url, topic: coding }),
  },
  {
    uuid: matching(UUID),
    detail: text,
    suggestions: list(object({ label: text }, { uuid: text, isRecommended: anything, actions: anything })),
    selectionBehavior: oneOf("at-most-one", "any"),
    overrideReasons: list(reason),
    links: list(object({ label: text, url, type: oneOf("absolute", "smart") }, { appContext: text })),
    extension,
  },
);

/** Fails when this is no discovery document. */
export function checkDiscovery(value: unknown): void {
  object({
    services: list(
      object(
        { hook: text, description: text, id: matching(/^[A-Za-z0-9-]+$/) },
        {
          title: text,
          usageRequirements: text,
          extension,
          prefetch: (given, at) => {
            for (const [key, template] of Object.entries(given as object)) {
              text(template, `${at}.${key}`);
              for (const [, token] of String(template).matchAll(/\{\{(.*?)\}\}/g))
                assert.match(token!, /^context\.(patientId|userId|encounterId)$/, `${at}.${key}: ${token}`);
            }
          },
        },
      ),
    ),
  })(value, "discovery");
}

/** Fails when this is no answer of a service. */
export function checkAnswer(value: unknown): void {
  object({ cards: list(card) }, { systemActions: anything, extension })(value, "answer");
  const uuids = (value as { cards: { uuid?: string }[] }).cards.map(({ uuid }) => uuid);
  assert.equal(new Set(uuids).size, uuids.length, "each card has its own uuid");
}
