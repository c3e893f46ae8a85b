// rgba[i] = bytes of picture[:, i], values in −1…1 → 0…255 to the nearest; a value that is not finite is 0.
// rgba[count] += how many values are not finite.
// picture: [3, count] float32; rgba: [count + 1], one RGBA pixel in each u32, then the number. One thread per pixel.
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read> picture: array<f32>;
@group(0) @binding(1) var<storage, read_write> rgba: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> params: Params;
override groupSize: u32 = 64;

// By its bits: a compiler may take it that no float is NaN or infinite.
fn isFinite(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }

@compute @workgroup_size(groupSize)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.count) { return; }
  var packed = 0xff000000u;
  for (var colour = 0u; colour < 3u; colour++) {
    let value = picture[colour * params.count + i];
    if (isFinite(value)) {
      packed |= u32(floor(clamp(value, -1.0, 1.0) * 127.5 + 128.0)) << (8u * colour);
    } else {
      atomicAdd(&rgba[params.count], 1u);
    }
  }
  atomicStore(&rgba[i], packed);
}
