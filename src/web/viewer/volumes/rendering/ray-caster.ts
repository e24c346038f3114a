import { type Grid, toPatient, type Vec3 } from "../../../../core/geometry.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { BLOCK, blockMaxima, tableFor, thinned, thinnedSlice, thinning } from "./brick.ts";
import type { Eye } from "./eye.ts";
import { RAY_SHADER, VERTEX_SHADER } from "./ray-shader.ts";
import type { TransferTable } from "./transfer.ts";

/** What is drawn: from where, how large, and which part. */
export interface View {
  readonly eye: Eye;
  readonly centre: Vec3;
  /** mm from the middle to the top of the picture. */
  readonly halfHeight: number;
  readonly clipLow: Vec3;
  readonly clipHigh: Vec3;
  readonly projection: boolean;
}

export type RayCaster = ReturnType<typeof createRayCaster>;

/** Draws a volume with WebGL 2 into a canvas of its own. Throws with words when this browser cannot. */
export function createRayCaster(canvas: HTMLCanvasElement) {
  const context = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (!context) throw new Error("This browser cannot draw volumes (no WebGL 2).");
  const gl = context;
  const program = link(gl);
  const place = (name: string) => gl.getUniformLocation(program, name);
  const textures = { volume: gl.createTexture(), blocks: gl.createTexture(), transfer: gl.createTexture() };
  const small = { frame: gl.createFramebuffer(), texture: gl.createTexture(), width: 0, height: 0 };
  let grid: Grid | undefined;

  function parameters(target: number, filter: number): void {
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(target, name, filter);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(target, name, gl.CLAMP_TO_EDGE);
    if (target === gl.TEXTURE_3D) gl.texParameteri(target, gl.TEXTURE_WRAP_R, gl.CLAMP_TO_EDGE);
  }

  /** Brings a volume to the graphics memory, a few slices at a time. Resolves with by how much it was thinned. */
  async function setVolume(volume: SliceVolume, signal: AbortSignal, told: (share: number) => void): Promise<number> {
    const by = thinning(volume.grid.shape, gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number);
    const next = thinned(volume.grid, by);
    const [ni, nj, nk] = next.shape;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_3D, textures.volume);
    parameters(gl.TEXTURE_3D, gl.LINEAR);
    gl.texImage3D(gl.TEXTURE_3D, 0, gl.R16F, ni, nj, nk, 0, gl.RED, gl.HALF_FLOAT, null);
    const table = tableFor(volume);
    for (let k = 0; k < nk; k++) {
      gl.bindTexture(gl.TEXTURE_3D, textures.volume);
      const slice = thinnedSlice(volume, next, by, k, table);
      gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, k, ni, nj, 1, gl.RED, gl.HALF_FLOAT, slice);
      if (k % 16 === 15) {
        told(k / nk);
        await new Promise((resolve) => setTimeout(resolve));
        if (signal.aborted) return by;
      }
    }
    const { shape, values } = blockMaxima(volume, next, by);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_3D, textures.blocks);
    parameters(gl.TEXTURE_3D, gl.NEAREST);
    gl.texImage3D(gl.TEXTURE_3D, 0, gl.R16F, ...shape, 0, gl.RED, gl.HALF_FLOAT, values);
    grid = next;
    return by;
  }

  function setTransfer({ low, high, table, empty }: TransferTable): void {
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, textures.transfer);
    parameters(gl.TEXTURE_2D, gl.LINEAR);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
    // biome-ignore lint/correctness/useHookAtTopLevel: a WebGL call, no hook.
    gl.useProgram(program);
    gl.uniform2f(place("u_range"), low, high);
    gl.uniform1f(place("u_empty"), empty);
  }

  function prepare(view: View, width: number, height: number, fineness: number): void {
    const { spacing, shape, direction } = grid!;
    // biome-ignore lint/correctness/useHookAtTopLevel: a WebGL call, no hook.
    gl.useProgram(program);
    const least = Math.min(...spacing);
    for (const [unit, name] of ["u_volume", "u_blocks", "u_transfer"].entries()) gl.uniform1i(place(name), unit);
    const vectors = {
      u_centre: view.centre,
      u_right: view.eye.right,
      u_up: view.eye.up,
      u_toward: view.eye.toward,
      u_origin: toPatient(grid!, -0.5, -0.5, -0.5),
      u_clipLow: view.clipLow,
      u_clipHigh: view.clipHigh,
      u_voxel: shape.map((n) => 1 / n) as unknown as Vec3,
    };
    for (const [name, value] of Object.entries(vectors)) gl.uniform3f(place(name), ...value);
    const { i, j, k } = direction;
    const scale = shape.map((n, c) => n * spacing[c]!);
    gl.uniformMatrix3fv(
      place("u_toTexture"),
      false,
      [0, 1, 2].flatMap((c) => [i[c]! / scale[0]!, j[c]! / scale[1]!, k[c]! / scale[2]!]),
    );
    gl.uniform2f(place("u_size"), width, height);
    gl.uniform1f(place("u_halfHeight"), view.halfHeight);
    gl.uniform1f(place("u_step"), least * fineness);
    gl.uniform1f(place("u_leap"), least * BLOCK * 0.95);
    gl.uniform1i(place("u_projection"), view.projection ? 1 : 0);
  }

  return {
    setVolume,
    setTransfer,
    ready: () => grid !== undefined,
    /** A coarse picture, stretched over the whole canvas: `share` of its width and height. */
    drawCoarse(view: View, share: number): void {
      if (!grid) return;
      const [width, height] = [
        Math.max(8, Math.round(canvas.width * share)),
        Math.max(8, Math.round(canvas.height * share)),
      ];
      gl.bindFramebuffer(gl.FRAMEBUFFER, small.frame);
      if (small.width !== width || small.height !== height) {
        gl.activeTexture(gl.TEXTURE3);
        gl.bindTexture(gl.TEXTURE_2D, small.texture);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
        parameters(gl.TEXTURE_2D, gl.LINEAR);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, small.texture, 0);
        Object.assign(small, { width, height });
      }
      gl.disable(gl.SCISSOR_TEST);
      gl.viewport(0, 0, width, height);
      prepare(view, width, height, 1.6);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, small.frame);
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
      gl.blitFramebuffer(0, 0, width, height, 0, 0, canvas.width, canvas.height, gl.COLOR_BUFFER_BIT, gl.LINEAR);
    },
    /** Rows `from` to `to` (from the bottom) of the full picture. */
    drawRows(view: View, from: number, to: number): void {
      if (!grid) return;
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(0, from, canvas.width, to - from);
      prepare(view, canvas.width, canvas.height, 0.5);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.disable(gl.SCISSOR_TEST);
    },
    /** Resolves when everything asked for so far is drawn. */
    finished(): Promise<void> {
      const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      if (!sync) return Promise.resolve();
      return new Promise((resolve) => {
        const look = () => {
          const status = gl.clientWaitSync(sync, 0, 0);
          if (status !== gl.TIMEOUT_EXPIRED || gl.isContextLost()) {
            gl.deleteSync(sync);
            resolve();
          } else setTimeout(look, 4);
        };
        look();
      });
    },
    destroy(): void {
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, RAY_SHADER],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`Volumes cannot be drawn here: ${gl.getShaderInfoLog(shader)}`);
    }
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`Volumes cannot be drawn here: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
