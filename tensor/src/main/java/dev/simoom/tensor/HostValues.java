package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * Numbers that the host works out anew for each step, such as a learning rate or a seed.
 *
 * <p>In eager code they are asked for at once; a traced program asks for them before each of its
 * runs, in the order of the trace.
 */
public final class HostValues {
  private HostValues() {}

  /**
   * A tensor that the host fills.
   *
   * @param name for messages
   * @param shape its extents
   * @param fill writes all elements, F32, in row-major order
   */
  public static Tensor of(String name, Shape shape, Consumer<float[]> fill) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    return of(
        name,
        shape,
        DType.F32,
        () -> fill.accept(values),
        s -> s.copyFrom(MemorySegment.ofArray(values)));
  }

  /**
   * A tensor of integers that the host fills.
   *
   * @param name for messages
   * @param shape its extents
   * @param fill writes all elements, I32, in row-major order
   */
  public static Tensor ofInts(String name, Shape shape, Consumer<int[]> fill) {
    int[] values = new int[Math.toIntExact(shape.elements())];
    return of(
        name,
        shape,
        DType.I32,
        () -> fill.accept(values),
        s -> MemorySegment.copy(values, 0, s, ValueLayout.JAVA_INT, 0, values.length));
  }

  private static Tensor of(
      String name, Shape shape, DType dtype, Runnable compute, Consumer<MemorySegment> write) {
    Trace trace = Trace.current();
    if (trace == null) {
      compute.run();
      return Recorder.data(shape, dtype, write);
    }
    Variable variable = Variable.zeros(name, shape, dtype);
    trace.own(variable);
    trace.beforeEachRun(
        () -> {
          compute.run();
          write.accept(variable.segment());
          variable.written();
        });
    return variable.value();
  }
}
