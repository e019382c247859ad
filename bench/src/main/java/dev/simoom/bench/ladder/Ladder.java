package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.LiveBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The same computation in several ways, from the plainest to Simoom's own. */
final class Ladder implements AutoCloseable {
  private final String title;
  private final double flops;
  private final Buffer result;
  private final Runnable free;
  private final List<Rung> rungs = new ArrayList<>();

  private Ladder(String title, double flops, Buffer result, Runnable free) {
    this.title = title;
    this.flops = flops;
    this.result = result;
    this.free = free;
  }

  /**
   * The product of an m x k and a k x n matrix.
   *
   * @param threads of the last rung
   */
  static Ladder matmul(int m, int n, int k, int threads) {
    Product x = Product.of(m, n, k);
    String title = "matmul %d x %d x %d".formatted(m, n, k);
    Ladder ladder = new Ladder(title, x.flops(), x.c(), x::close);
    ladder.add("naive", () -> () -> ScalarMatMul.byDots(x));
    ladder.add("reordered", () -> () -> ScalarMatMul.byRows(x));
    ladder.add("vectorised", () -> () -> VectorMatMul.run(x));
    ladder.add("tiled", () -> () -> TiledMatMul.run(x));
    ladder.add("packed", () -> new PackedMatMul(x));
    ladder.add("generated", () -> Generated.matmul(Backend.simd(1), x));
    if (threads > 1) {
      ladder.add(onAll(threads), threads, () -> Generated.matmul(Backend.simd(threads), x));
    }
    return ladder;
  }

  /**
   * Attention over [heads, time, size].
   *
   * @param causal whether queries see no later keys
   * @param threads of the last rung
   */
  static Ladder attention(int heads, int time, int size, boolean causal, int threads) {
    Heads x = Heads.of(heads, time, size, causal);
    String form = causal ? "causal" : "full";
    String title = "attention H%d T%d D%d %s".formatted(heads, time, size, form);
    Ladder ladder = new Ladder(title, x.flops(), x.out(), x::close);
    ladder.add("naive", () -> new MaterialisedAttention(x, new ScalarPasses()));
    ladder.add("vectorised", () -> new MaterialisedAttention(x, new VectorPasses()));
    ladder.add("tiled", () -> new TiledAttention(x));
    ladder.add("packed", () -> new PackedAttention(x));
    ladder.add("generated", () -> Generated.attention(Backend.simd(1), x));
    if (threads > 1) {
      ladder.add(onAll(threads), threads, () -> Generated.attention(Backend.simd(threads), x));
    }
    return ladder;
  }

  private void add(String name, Supplier<Method> maker) {
    add(name, 1, maker);
  }

  private void add(String name, int threads, Supplier<Method> maker) {
    long before = LiveBuffers.bytes();
    Method method = maker.get();
    rungs.add(new Rung(name, threads, LiveBuffers.bytes() - before, method));
  }

  private static String onAll(int threads) {
    return "generated, %d threads".formatted(threads);
  }

  /** What is computed, with its sizes. */
  String title() {
    return title;
  }

  /** Floating-point operations of one run. */
  double flops() {
    return flops;
  }

  /** The steps, the plainest first. */
  List<Rung> rungs() {
    return List.copyOf(rungs);
  }

  /** Makes the result NaN, so that no rung can pass off what another has left there. */
  void forget() {
    result.segment().fill((byte) -1);
  }

  /** What the last rung that ran has computed. */
  float[] result() {
    return floats(result);
  }

  /** A copy of what a buffer holds. */
  static float[] floats(Buffer buffer) {
    float[] copy = new float[Math.toIntExact(buffer.bytes() / Float.BYTES)];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = buffer.segment().get(FLOAT, 4L * i);
    }
    return copy;
  }

  @Override
  public void close() {
    rungs.forEach(Rung::close);
    free.run();
  }
}
