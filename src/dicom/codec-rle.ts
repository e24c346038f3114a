import { WillisError } from "../core/errors.ts";

function damaged(what: string): WillisError {
  return new WillisError("cannot-decode", `RLE frame: ${what}. The frame is damaged or cut off.`);
}

/** Undo PackBits of one segment into every `step`-th byte of `out` from `start` (PS3.5 G.3.2). */
function unpack(segment: Uint8Array, out: Uint8Array, start: number, step: number): void {
  let to = start;
  for (let at = 0; at < segment.length && to < out.length; ) {
    const n = segment[at++]!;
    if (n < 128) {
      for (let i = 0; i <= n && to < out.length; i++, to += step) {
        if (at >= segment.length) throw damaged(`a literal run of ${n + 1} bytes ends early`);
        out[to] = segment[at++]!;
      }
    } else if (n > 128) {
      if (at >= segment.length) throw damaged("a replicate run has no byte");
      const value = segment[at++]!;
      for (let i = 0; i < 257 - n && to < out.length; i++, to += step) out[to] = value;
    }
  }
  if (to < out.length)
    throw damaged(
      `a segment has ${Math.floor((to - start) / step)} of ${Math.ceil((out.length - start) / step)} bytes`,
    );
}

/**
 * Decode an RLE Lossless frame to little-endian samples, interleaved by pixel. `pixels` = rows * columns,
 * `samples` per pixel, `bytesPerSample` 1, 2 or 4; output has pixels * samples * bytesPerSample bytes. One segment a
 * byte plane, most significant first. Errors: `cannot-decode` when segments are missing or short.
 * Source: PS3.5 annex G.
 */
export function decodeRle(frame: Uint8Array, pixels: number, samples: number, bytesPerSample: number): Uint8Array {
  const segments = samples * bytesPerSample;
  if (frame.length < 64) throw damaged(`${frame.length} bytes are less than its header`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(0, true);
  if (count !== segments)
    throw damaged(`it has ${count} segments, ${samples} sample(s) of ${bytesPerSample} byte(s) need ${segments}`);
  const offsets = Array.from({ length: segments }, (_, i) => view.getUint32(4 + 4 * i, true));
  // Two bytes make at most 128: a short frame that claims to be a huge image takes no memory.
  if (pixels * segments > frame.length * 64) throw damaged(`${frame.length} bytes cannot hold ${pixels} pixels`);
  const out = new Uint8Array(pixels * segments);
  offsets.forEach((offset, i) => {
    const end = offsets[i + 1] ?? frame.length;
    if (offset < 64 || end < offset || end > frame.length) throw damaged(`segment ${i + 1} lies outside it`);
    const sample = Math.floor(i / bytesPerSample);
    const byte = bytesPerSample - 1 - (i % bytesPerSample);
    unpack(frame.subarray(offset, end), out, sample * bytesPerSample + byte, segments);
  });
  return out;
}

/**
 * PackBits of one byte plane (every `step`-th byte of `data` from `start`), written into `out` from `at`; padded to even
 * length. Runs of two alone are left in the literal run around them. Returns where it ended (PS3.5 G.3.1).
 */
function pack(data: Uint8Array, start: number, step: number, out: Uint8Array, at: number): number {
  const end = data.length;
  let to = at;
  let literal = -1;
  for (let i = start; i < end; ) {
    const value = data[i]!;
    let run = 1;
    let next = i + step;
    while (run < 128 && next < end && data[next] === value) {
      run++;
      next += step;
    }
    if (run > 2) {
      out[to++] = 257 - run;
      out[to++] = value;
      literal = -1;
      i = next;
      continue;
    }
    for (let k = 0; k < run; k++, i += step) {
      if (literal < 0 || out[literal] === 127) {
        literal = to++;
        out[literal] = 0;
      } else out[literal]!++;
      out[to++] = value;
    }
  }
  if ((to - at) & 1) out[to++] = 128;
  return to;
}

/** Encode interleaved little-endian samples as an RLE Lossless frame; the inverse of `decodeRle`. */
export function encodeRle(data: Uint8Array, samples: number, bytesPerSample: number): Uint8Array {
  const step = samples * bytesPerSample;
  // Literal runs of 128 cost a byte each; nothing costs more.
  const out = new Uint8Array(64 + data.length + Math.ceil(data.length / 128) + 4 * step);
  const view = new DataView(out.buffer);
  view.setUint32(0, step, true);
  let at = 64;
  for (let i = 0; i < step; i++) {
    view.setUint32(4 + 4 * i, at, true);
    const start = Math.floor(i / bytesPerSample) * bytesPerSample + bytesPerSample - 1 - (i % bytesPerSample);
    at = pack(data, start, step, out, at);
  }
  return out.slice(0, at);
}
