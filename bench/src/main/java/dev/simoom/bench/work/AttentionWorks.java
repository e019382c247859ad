package dev.simoom.bench.work;

import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attention, forward alone and with its gradients. */
final class AttentionWorks {
  private static final int HEADS = 4;
  private static final int SIZE = 64;

  /**
   * One attention.
   *
   * @param strided whether operands are [batch, time, heads, size] rather than [batch, heads, time,
   *     size]
   */
  private record Form(
      int batch, int heads, int time, int size, boolean causal, boolean strided, boolean backward) {
    Work work() {
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("op", "attention");
      spec.put("batch", batch);
      spec.put("heads", heads);
      spec.put("time", time);
      spec.put("size", size);
      spec.put("causal", causal);
      spec.put("strided", strided);
      spec.put("backward", backward);
      String name =
          "attention B%d H%d T%d D%d %s%s%s"
              .formatted(
                  batch,
                  heads,
                  time,
                  size,
                  causal ? "causal" : "full",
                  strided ? " strided" : "",
                  backward ? " fwd+bwd" : "");
      double perHead = causal ? time * (time + 1) / 2.0 : (double) time * time;
      double pairs = (double) batch * heads * perHead;
      double operand = 4.0 * batch * heads * time * size;
      return Work.of(Family.ATTENTION, name, spec, Traced.of(this::plan))
          .costing((backward ? 14 : 4) * pairs * size, (backward ? 8 : 4) * operand);
    }

    private Traced.Plan plan() {
      long[] extents =
          strided ? new long[] {batch, time, heads, size} : new long[] {batch, heads, time, size};
      List<Tensor> inputs = new ArrayList<>();
      for (int seed = 1; seed <= 4; seed++) {
        inputs.add(Numbers.reals(seed, extents));
      }
      return new Traced.Plan(inputs, this::attend);
    }

    private List<Tensor> attend(List<Tensor> x) {
      List<Tensor> qkv = x.subList(0, 3);
      Tensor y =
          Tensor.scaledDotProductAttention(
              qkv.get(0), qkv.get(1), qkv.get(2), causal, strided ? 1 : 2);
      return backward ? Differentiated.by(y, x.get(3), qkv) : List.of(y);
    }
  }

  private AttentionWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (int time : new int[] {64, 256, 1024, 4096}) {
      int batch = Math.max(1, 4096 / time / 2);
      for (boolean backward : new boolean[] {false, true}) {
        works.add(
            form(batch, 4, time, 64, true, backward)
                .brief(time == 256 || backward && time == 1024));
        if (time <= 1024) {
          works.add(form(batch, 4, time, 64, false, backward).brief(time == 256 && !backward));
        }
      }
    }
    for (boolean backward : new boolean[] {false, true}) {
      works.add(form(4, 8, 512, 32, true, backward));
      works.add(form(4, 4, 512, 128, true, backward));
      works.add(form(4, 4, 512, 128, false, backward));
      works.add(form(2, 4, 500, 80, true, backward));
      works.add(new Form(16, 8, 256, 32, true, true, backward).work().brief(backward));
    }
    return works;
  }

  static List<Work> onDevice() {
    return List.of(
        form(8, 16, 1024, 64, true, false),
        form(8, 16, 1024, 64, true, true),
        form(4, 16, 1024, 128, true, true));
  }

  /** Forward and backward without a mask, so that the pairs are the square of the time. */
  static Work over(int time) {
    return form(1, HEADS, time, SIZE, false, true);
  }

  /** Bytes of the operands of {@link #over}: q, k, v, the gradient, and as many results. */
  static long operandBytes(int time) {
    return 8L * Float.BYTES * HEADS * time * SIZE;
  }

  private static Work form(
      int batch, int heads, int time, int size, boolean causal, boolean backward) {
    return new Form(batch, heads, time, size, causal, false, backward).work();
  }
}
