// rgba[i] = bytes of (bias + weight · latents[:, i]), values in 0…1.
// latents: [channels, count] float32; matrix: [3, channels + 1] float32, the last column is the bias; rgba: [count].
// One thread per pixel.
struct Params { count: u32, channels: u32 }
@group(0) @binding(0) var<storage, read> latents: array<f32>;
@group(0) @binding(1) var<storage, read> matrix: array<f32>;
@group(0) @binding(2) var<storage, read_write> rgba: array<u32>;
@group(0) @binding(3) var<uniform> params: Params;
override groupSize: u32 = 64;

@compute @workgroup_size(groupSize)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.count) { return; }
  var packed = 0xff000000u;
  for (var colour = 0u; colour < 3u; colour++) {
    let row = colour * (params.channels + 1u);
    var value = matrix[row + params.channels];
    for (var c = 0u; c < params.channels; c++) { value += matrix[row + c] * latents[c * params.count + i]; }
    packed |= u32(floor(clamp(value, 0.0, 1.0) * 255.0 + 0.5)) << (8u * colour);
  }
  rgba[i] = packed;
}
