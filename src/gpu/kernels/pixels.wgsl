// rgba[i] = bytes of picture[:, i], values in −1…1 → 0…255 to the nearest.
// picture: [3, count] float32; rgba: [count], one RGBA pixel in each u32. One thread per pixel.
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read> picture: array<f32>;
@group(0) @binding(1) var<storage, read_write> rgba: array<u32>;
@group(0) @binding(2) var<uniform> params: Params;
override groupSize: u32 = 64;

@compute @workgroup_size(groupSize)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.count) { return; }
  var packed = 0xff000000u;
  for (var colour = 0u; colour < 3u; colour++) {
    let value = clamp(picture[colour * params.count + i], -1.0, 1.0);
    packed |= u32(floor(value * 127.5 + 128.0)) << (8u * colour);
  }
  rgba[i] = packed;
}
