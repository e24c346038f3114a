/**
 * The first part of a multipart/related body (RFC 2387), as WADO-RS answers a frame; a body that is not multipart is
 * given back whole. Throws when the parts cannot be found.
 */
export function firstPart(body: Uint8Array<ArrayBuffer>, contentType: string): Uint8Array<ArrayBuffer> {
  if (!/^multipart\//i.test(contentType)) return body;
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw new Error("The answer has no boundary between its parts.");
  const head = indexOf(body, ascii("\r\n\r\n"), 0);
  const end = head < 0 ? -1 : indexOf(body, ascii(`\r\n--${boundary}`), head + 4);
  if (end < 0) throw new Error("The answer ends before its first part does.");
  return body.subarray(head + 4, end);
}

function ascii(words: string): Uint8Array {
  return Uint8Array.from(words, (letter) => letter.charCodeAt(0));
}

function indexOf(body: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = body.indexOf(wanted[0]!, from); at >= 0; at = body.indexOf(wanted[0]!, at + 1)) {
    let k = 1;
    while (k < wanted.length && body[at + k] === wanted[k]) k++;
    if (k === wanted.length) return at;
  }
  return -1;
}
