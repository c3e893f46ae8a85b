// g  = null + scale·(conditioned − null)                      guidance
// x' = next.x·x + next.g·g + Σ next.h[k]·history[k]           any sampler, by its coefficients
// history[keep] = keep.x·x + keep.g·g                         when keep < slots
// clean = clean.x·x + clean.g·g                               the picture as it looks now
// prediction, sample: [copies, n]; history: [slots, n]; clean: [n]; all float32. One thread per element of n.
struct Params {
  next: vec4f,   // x, g, scale, 0
  history: vec4f,
  keep: vec4f,   // x, g, clean.x, clean.g
  places: vec4u, // n, copies, keep slot, slots
  reads: vec4u,  // conditionedAt, nullAt
}
@group(0) @binding(0) var<storage, read> prediction: array<f32>;
@group(0) @binding(1) var<storage, read_write> sample: array<f32>;
@group(0) @binding(2) var<storage, read_write> history: array<f32>;
@group(0) @binding(3) var<storage, read_write> clean: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;
override groupSize: u32 = 64;

@compute @workgroup_size(groupSize)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let n = params.places.x;
  if (i >= n) { return; }
  let x = sample[i];
  let unguided = prediction[params.reads.y + i];
  let g = unguided + params.next.z * (prediction[params.reads.x + i] - unguided);
  var x1 = params.next.x * x + params.next.y * g;
  for (var k = 0u; k < params.places.w; k++) {
    // Not 0·slot: a slot may still hold what a failed picture left in it.
    if (params.history[k] != 0.0) { x1 += params.history[k] * history[k * n + i]; }
  }
  if (params.places.z < params.places.w) { history[params.places.z * n + i] = params.keep.x * x + params.keep.y * g; }
  clean[i] = params.keep.z * x + params.keep.w * g;
  for (var copy = 0u; copy < params.places.y; copy++) { sample[copy * n + i] = x1; }
}
