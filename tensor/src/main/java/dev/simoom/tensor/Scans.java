package dev.simoom.tensor;

import dev.simoom.kernels.Scan;
import dev.simoom.tensor.graph.Op;
import java.util.List;

/** Running sums and products. */
final class Scans {
  private static final int AXIS = 1;

  private Scans() {}

  static Tensor sum(Tensor x, int axis) {
    return along("cumsum", Scan.Kind.SUM, x, axis);
  }

  static Tensor product(Tensor x, int axis) {
    return along("cumprod", Scan.Kind.PRODUCT, x, axis);
  }

  private static Tensor along(String op, Scan.Kind kind, Tensor x, int axis) {
    Ops.requireNumbers(op, x);
    int counted = Ops.axis(op, x, axis);
    Shape before = x.shape().leading(counted);
    Shape behind = x.shape().without(0, counted + 1);
    Tensor seen =
        x.cast(x.dtype().computeType())
            .reshape(before.elements(), x.shape().extent(counted), behind.elements());
    return run(kind, false, seen).reshape(x.shape());
  }

  private static Tensor run(Scan.Kind kind, boolean reversed, Tensor... x) {
    return Recorder.record(new Op.Running(kind, reversed), x[0].shape(), x[0].dtype(), x);
  }

  /**
   * The derivatives by the inputs. What reaches an element of a recurrence, {@code s[i] = dy[i] +
   * factor[i+1] s[i+1]}, is a recurrence from the other end; a product's is that of a recurrence
   * whose factors are its elements, so that nothing is divided by one that may be 0.
   */
  static List<Tensor> gradients(Op.Running op, List<Tensor> x, Tensor y, Tensor dy) {
    if (op.kind() == Scan.Kind.SUM) {
      return List.of(run(Scan.Kind.SUM, !op.reversed(), dy));
    }
    Tensor next = moved(x.getFirst(), !op.reversed(), 0);
    Tensor flow = run(Scan.Kind.RECURRENCE, !op.reversed(), next, dy);
    boolean isProduct = op.kind() == Scan.Kind.PRODUCT;
    Tensor byFactor = flow.mul(moved(y, op.reversed(), isProduct ? 1 : 0));
    return isProduct ? List.of(byFactor) : List.of(byFactor, flow);
  }

  /** Each element's neighbour, the one behind it if so, and a number where there is none. */
  private static Tensor moved(Tensor x, boolean fromBehind, double none) {
    long length = x.shape().extent(AXIS);
    return length == 0
        ? x
        : fromBehind
            ? x.slice(AXIS, 1, length).pad(AXIS, 0, 1, none)
            : x.slice(AXIS, 0, length - 1).pad(AXIS, 1, 0, none);
  }
}
