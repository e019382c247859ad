package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Cases of attention and its gradient. */
final class AttentionCases {
  private AttentionCases() {}

  static Case forward(Generator g) {
    Attention kernel = kernel(g);
    double[] q = g.reals(kernel.ports().get(0), 3);
    double[] k = g.reals(kernel.ports().get(1), 1);
    double[] v = g.reals(kernel.ports().get(2), 1);
    return new Case(kernel, List.of(q, k, v), new Tolerance(5e-6, 0), new Tolerance(1e-5, 1e-6));
  }

  static Case gradient(Generator g) {
    Attention forward = kernel(g);
    List<Long> queries = extents(forward, forward.queryLength());
    List<Long> keys = extents(forward, forward.keyLength());
    AttentionGradient kernel =
        new AttentionGradient(
            forward,
            g.source(DType.F32, queries, 1),
            g.layout(DType.F32, queries, 1),
            g.layout(DType.F32, keys, 1),
            g.layout(DType.F32, keys, 1));
    List<double[]> inputs = new ArrayList<>();
    for (Port port : kernel.ports().subList(0, 3)) {
      inputs.add(g.reals(port, 1));
    }
    inputs.addAll(run(forward, inputs));
    inputs.add(g.reals(kernel.ports().get(5), 1));
    Tolerance byQuery = new Tolerance(1e-5, 1e-5);
    Tolerance byKey = new Tolerance(1e-5 + 2e-7 * forward.queryLength(), 1e-5);
    return new Case(kernel, inputs, byQuery, byKey, byKey);
  }

  private static Attention kernel(Generator g) {
    List<Long> batch = g.extents(g.below(3));
    long queries = g.extent();
    long keys = g.chance(0.6) ? queries : g.extent();
    long head = g.extent();
    boolean causal = g.chance(0.5);
    float scale = (float) (1 / Math.sqrt(Math.max(1, head)));
    List<Long> queryExtents = extents(batch, queries, head);
    List<Long> keyExtents = extents(batch, keys, head);
    return new Attention(
        batch,
        queries,
        keys,
        head,
        causal,
        scale,
        g.source(DType.F32, queryExtents, 1),
        g.source(DType.F32, keyExtents, 1),
        g.source(DType.F32, keyExtents, 1),
        g.layout(DType.F32, queryExtents, 1));
  }

  private static List<Long> extents(Attention kernel, long length) {
    return extents(kernel.batch(), length, kernel.headSize());
  }

  private static List<Long> extents(List<Long> batch, long length, long head) {
    List<Long> extents = new ArrayList<>(batch);
    extents.add(length);
    extents.add(head);
    return extents;
  }

  /** The outputs of the reference. */
  private static List<double[]> run(Attention kernel, List<double[]> inputs) {
    List<Port> ports = kernel.ports();
    List<Buffer> buffers = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    for (int p = 0; p < ports.size(); p++) {
      Buffer buffer = Buffer.allocate(ports.get(p).name(), ports.get(p).bytes());
      for (int i = 0; p < inputs.size() && i < inputs.get(p).length; i++) {
        buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) inputs.get(p)[i]);
      }
      buffers.add(buffer);
      operands.add(new Operand(p, 0));
    }
    List<Launch> launches = List.of(new Launch(kernel, operands));
    try (Executable executable = Backend.reference().compile(launches)) {
      executable.run(buffers.toArray(Buffer[]::new));
      return List.of(read(buffers.get(3)), read(buffers.get(4)));
    } finally {
      buffers.forEach(Buffer::close);
    }
  }

  private static double[] read(Buffer buffer) {
    float[] values = buffer.segment().toArray(ValueLayout.JAVA_FLOAT);
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
