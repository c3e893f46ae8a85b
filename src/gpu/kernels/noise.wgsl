// noise[e] = standard normal number e of (seed, stream): philox4x32-10 and Box–Muller, as docs/contract.md says.
// noise: [copies, n] float32, every copy the same. One thread makes four elements of one copy.
struct Params { seed: u32, stream: u32, n: u32, copies: u32 }
@group(0) @binding(0) var<storage, read_write> noise: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;
override groupSize: u32 = 64;

fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu; let aHigh = a >> 16u;
  let bLow = b & 0xffffu; let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

fn philox(index: u32) -> vec4u {
  var c = vec4u(index, 0u, 0u, 0u);
  var k = vec2u(params.seed, params.stream);
  for (var round = 0; round < 10; round++) {
    let high0 = multiplyHigh(0xd2511f53u, c.x); let low0 = 0xd2511f53u * c.x;
    let high1 = multiplyHigh(0xcd9e8d57u, c.z); let low1 = 0xcd9e8d57u * c.z;
    c = vec4u(high1 ^ c.y ^ k.x, low1, high0 ^ c.w ^ k.y, low0);
    k = k + vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

fn uniformOf(word: u32) -> f32 { return f32(word >> 8u) * 0x1p-24f + 0x1p-25f; }

// cos and sin of 2π·turns, turns in 0…1. Not the built-in ones: WGSL promises 2⁻¹¹ of them, and only in −π…π.
// https://www.w3.org/TR/WGSL/#floating-point-accuracy. Series to the eighth and ninth power of at most π/4: below 3e-8.
fn circle(turns: f32) -> vec2f {
  let quadrant = floor(4.0 * turns + 0.5);
  let x = 6.283185307179586 * (turns - 0.25 * quadrant);
  let q = x * x;
  let c = 1.0 + q * (-1.0 / 2.0 + q * (1.0 / 24.0 + q * (-1.0 / 720.0 + q / 40320.0)));
  let s = x * (1.0 + q * (-1.0 / 6.0 + q * (1.0 / 120.0 + q * (-1.0 / 5040.0 + q / 362880.0))));
  switch (u32(quadrant) % 4u) {
    case 1u: { return vec2f(-s, c); }
    case 2u: { return vec2f(-c, -s); }
    case 3u: { return vec2f(s, -c); }
    default: { return vec2f(c, s); }
  }
}

fn normalPair(radiusWord: u32, angleWord: u32) -> vec2f {
  return sqrt(-2.0 * log(uniformOf(radiusWord))) * circle(uniformOf(angleWord));
}

@compute @workgroup_size(groupSize)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let e = 4u * id.x;
  if (e >= params.n) { return; }
  let words = philox(id.x);
  let four = array<vec2f, 2>(normalPair(words.x, words.y), normalPair(words.z, words.w));
  for (var copy = 0u; copy < params.copies; copy++) {
    for (var i = 0u; i < 4u; i++) {
      if (e + i < params.n) { noise[copy * params.n + e + i] = four[i / 2u][i % 2u]; }
    }
  }
}
