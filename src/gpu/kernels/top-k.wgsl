// The k largest of the eligible, penalised, tempered logits, in descending order, ties by lower id; and their log-sum-exp.
// score(i) = (penalised ? (l < 0 ? l·penalty : l / penalty) : l) / temperature, −∞ where not eligible.
// logits: [count] float32; marks: [count / 32, 2] u32, bit i: eligible, penalised; out: k ids, k scores, then the
// log-sum-exp and how many ids there are: none where any logit is NaN or +∞, so that the plain version says which.
// One workgroup; every thread strides over the logits.
struct Params { count: u32, k: u32, temperature: f32, penalty: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> marks: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@group(0) @binding(3) var<uniform> params: Params;
const groupSize = 256u;
const lowest = -3.4e38f;
var<workgroup> bestScore: array<f32, groupSize>;
var<workgroup> bestId: array<u32, groupSize>;
var<workgroup> sums: array<f32, groupSize>;
var<workgroup> overflowed: atomic<u32>;

// By its bits: a compiler may take it that no float is NaN or infinite.
fn isOverflow(bits: u32) -> bool { return (bits & 0x7f800000u) == 0x7f800000u && bits != 0xff800000u; }

fn score(i: u32) -> f32 {
  let mark = marks[i / 32u];
  let bit = 1u << (i % 32u);
  var value = logits[i];
  if ((mark.x & bit) == 0u || (bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u) { return lowest; }
  if ((mark.y & bit) != 0u) { value = select(value / params.penalty, value * params.penalty, value < 0.0); }
  return max(value / params.temperature, -1e38);
}

fn before(score: f32, id: u32, otherScore: f32, otherId: u32) -> bool {
  return score > otherScore || (score == otherScore && id < otherId);
}

@compute @workgroup_size(groupSize)
fn main(@builtin(local_invocation_id) local: vec3u) {
  let t = local.x;
  var lastScore = 3.4e38f;
  var lastId = 0u;
  var top = 0.0;
  var found = 0u;
  for (var rank = 0u; rank < params.k; rank++) {
    var mine = lowest;
    var mineId = 0xffffffffu;
    for (var i = t; i < params.count; i += groupSize) {
      let value = score(i);
      let left = rank == 0u || before(lastScore, lastId, value, i);
      if (value > lowest && left && before(value, i, mine, mineId)) { mine = value; mineId = i; }
    }
    bestScore[t] = mine;
    bestId[t] = mineId;
    workgroupBarrier();
    for (var half = groupSize / 2u; half > 0u; half /= 2u) {
      if (t < half && before(bestScore[t + half], bestId[t + half], bestScore[t], bestId[t])) {
        bestScore[t] = bestScore[t + half];
        bestId[t] = bestId[t + half];
      }
      workgroupBarrier();
    }
    lastScore = bestScore[0];
    lastId = bestId[0];
    if (rank == 0u) { top = lastScore; }
    if (lastId != 0xffffffffu) { found = rank + 1u; }
    if (t == 0u) { out[rank] = lastId; out[params.k + rank] = bitcast<u32>(lastScore); }
    workgroupBarrier();
  }
  var sum = 0.0;
  for (var i = t; i < params.count; i += groupSize) {
    if (isOverflow(bitcast<u32>(logits[i]))) { atomicOr(&overflowed, 1u); }
    let value = score(i);
    if (value > lowest) { sum += exp(value - top); }
  }
  sums[t] = sum;
  workgroupBarrier();
  if (t != 0u) { return; }
  for (var i = 1u; i < groupSize; i++) { sum += sums[i]; }
  out[2u * params.k] = bitcast<u32>(top + log(sum));
  out[2u * params.k + 1u] = select(found, 0u, atomicLoad(&overflowed) != 0u);
}
