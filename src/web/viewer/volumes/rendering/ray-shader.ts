export const VERTEX_SHADER = `#version 300 es
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/**
 * One ray a pixel, parallel, front to back. `u_blocks` holds the largest value of each block of voxels and its
 * neighbours: where that is not seen the ray leaps by a block.
 */
export const RAY_SHADER = `#version 300 es
precision highp float;
precision highp sampler3D;
uniform sampler3D u_volume;
uniform sampler3D u_blocks;
uniform sampler2D u_transfer;
uniform vec2 u_size;
uniform vec3 u_centre;
uniform vec3 u_right;
uniform vec3 u_up;
uniform vec3 u_toward;
uniform float u_halfHeight;
uniform vec3 u_origin;
uniform mat3 u_toTexture;
uniform vec3 u_clipLow;
uniform vec3 u_clipHigh;
uniform vec3 u_voxel;
uniform vec2 u_range;
uniform float u_empty;
uniform float u_step;
uniform float u_leap;
uniform bool u_projection;
out vec4 colour;

vec2 between(vec3 from, vec3 way, vec3 low, vec3 high) {
  vec3 safe = mix(way, vec3(1e-9), lessThan(abs(way), vec3(1e-9)));
  vec3 a = (low - from) / safe;
  vec3 b = (high - from) / safe;
  vec3 near = min(a, b);
  vec3 far = max(a, b);
  return vec2(max(max(near.x, near.y), near.z), min(min(far.x, far.y), far.z));
}

void main() {
  vec2 at = (gl_FragCoord.xy - 0.5 * u_size) / (0.5 * u_size.y) * u_halfHeight;
  vec3 eye = u_centre + at.x * u_right + at.y * u_up + 2000.0 * u_toward;
  vec3 way = -u_toward;
  vec3 from = u_toTexture * (eye - u_origin);
  vec3 along = u_toTexture * way;
  vec2 inside = between(from, along, vec3(0.0), vec3(1.0));
  vec2 clipped = between(eye, way, u_clipLow, u_clipHigh);
  float t = max(inside.x, clipped.x);
  float end = min(inside.y, clipped.y);
  colour = vec4(0.0, 0.0, 0.0, 1.0);
  if (t >= end) return;
  float jitter = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453);
  t += u_step * jitter;
  vec3 sum = vec3(0.0);
  float through = 1.0;
  float most = -1e9;
  for (int n = 0; n < 6000; n++) {
    if (t >= end) break;
    vec3 p = from + t * along;
    float reach = texture(u_blocks, p).r;
    if (reach <= (u_projection ? max(u_empty, most) : u_empty)) {
      t += u_leap;
      continue;
    }
    float value = texture(u_volume, p).r;
    if (u_projection) {
      most = max(most, value);
    } else if (value > u_empty) {
      vec4 seen = texture(u_transfer, vec2((value - u_range.x) / (u_range.y - u_range.x), 0.5));
      float alpha = 1.0 - pow(1.0 - min(seen.a, 0.999), 2.0 * u_step);
      if (alpha > 0.002) {
        vec3 slope = vec3(
          texture(u_volume, p + vec3(u_voxel.x, 0.0, 0.0)).r - texture(u_volume, p - vec3(u_voxel.x, 0.0, 0.0)).r,
          texture(u_volume, p + vec3(0.0, u_voxel.y, 0.0)).r - texture(u_volume, p - vec3(0.0, u_voxel.y, 0.0)).r,
          texture(u_volume, p + vec3(0.0, 0.0, u_voxel.z)).r - texture(u_volume, p - vec3(0.0, 0.0, u_voxel.z)).r
        );
        vec3 normal = transpose(u_toTexture) * (slope / (2.0 * u_voxel));
        float size = length(normal);
        vec3 n1 = size > 1e-6 ? -normal / size : u_toward;
        float facing = max(0.0, dot(n1, normalize(u_toward + 0.35 * u_up - 0.25 * u_right)));
        float shine = pow(facing, 24.0) * 0.18;
        float deep = mix(1.0, 0.72, clamp((t - max(inside.x, clipped.x)) / max(1.0, end - max(inside.x, clipped.x)), 0.0, 1.0));
        vec3 lit = seen.rgb * (0.28 + 0.72 * facing) * deep + shine;
        sum += through * alpha * lit;
        through *= 1.0 - alpha;
        if (through < 0.02) break;
      }
    }
    t += u_step;
  }
  if (u_projection) {
    if (most > -1e8) sum = texture(u_transfer, vec2((most - u_range.x) / (u_range.y - u_range.x), 0.5)).rgb;
  }
  colour = vec4(sum, 1.0);
}`;
