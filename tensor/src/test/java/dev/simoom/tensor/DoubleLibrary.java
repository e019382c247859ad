package dev.simoom.tensor;

import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The library operations in double, straight from their definitions. */
final class DoubleLibrary {
  private DoubleLibrary() {}

  /** Coordinates of the element at a position in row-major order. */
  static long[] coordinates(Shape shape, long position) {
    long[] at = new long[shape.rank()];
    long rest = position;
    for (int axis = at.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.extent(axis);
      rest /= shape.extent(axis);
    }
    return at;
  }

  static int position(Shape shape, long... at) {
    long position = 0;
    for (int axis = 0; axis < at.length; axis++) {
      position = position * shape.extent(axis) + at[axis];
    }
    return Math.toIntExact(position);
  }

  static double[] rowsOf(Node node, List<double[]> x) {
    return switch (node.op()) {
      case Op.Product unused -> product(node, x.get(0), x.get(1));
      case Op.Decode unused -> decode(node, x.get(0), x.get(1), x.get(2));
      case Op.DotRows unused -> dotRows(node, x.get(0), x.get(1), x.get(2));
      case Op.TakeRows unused -> takeRows(node, x.get(0), x.get(1));
      case Op.AddRows(long unused, boolean weighted) -> addRows(node, weighted, x);
      case Op.Running running -> running(running, node, x);
      case Op.RandomNumbers random -> random(random, Math.toIntExact(node.elements()), x.get(0));
      default -> throw new IllegalArgumentException("no meaning in double for " + node);
    };
  }

  private static double[] product(Node node, double[] a, double[] b) {
    int m = (int) node.shape().extent(-2);
    int n = (int) node.shape().extent(-1);
    int k = (int) node.input(0).shape().extent(-1);
    double[] c = new double[Math.toIntExact(node.elements())];
    for (int i = 0; i < c.length; i++) {
      int batch = i / (m * n);
      int row = i / n % m;
      for (int j = 0; j < k; j++) {
        c[i] += a[(batch * m + row) * k + j] * b[(batch * k + j) * n + i % n];
      }
    }
    return c;
  }

  // ---------------------------------------------------------------- attention

  /** One attention of a batch: where the element (time, feature) lies, for queries or for keys. */
  private record Lane(Shape shape, int axis, long[] at) {
    int position(long time, long feature) {
      long[] there = at.clone();
      there[axis] = time;
      there[there.length - 1] = feature;
      return DoubleLibrary.position(shape, there);
    }
  }

  private static List<long[]> lanes(Shape shape, int axis) {
    Shape one = shape.with(axis, 1).with(-1, 1);
    return IntStream.range(0, (int) one.elements()).mapToObj(i -> coordinates(one, i)).toList();
  }

  /** The weights of a query over the keys, 0 for those it does not see, and their log-sum-exp. */
  private static double[] weights(
      boolean causal, double scale, Lane q, Lane k, int query, double[] qs, double[] ks) {
    int keys = (int) k.shape.extent(k.axis);
    long seen = causal ? query + keys - q.shape.extent(q.axis) + 1 : keys;
    double[] w = new double[keys + 1];
    double sum = 0;
    for (int j = 0; j < keys && j < seen; j++) {
      double score = 0;
      for (int f = 0; f < q.shape.extent(-1); f++) {
        score += qs[q.position(query, f)] * ks[k.position(j, f)];
      }
      w[j] = StrictMath.exp(scale * score);
      sum += w[j];
    }
    w[keys] = StrictMath.log(sum);
    for (int j = 0; j < keys && sum > 0; j++) {
      w[j] /= sum;
    }
    return w;
  }

  static double[][] attend(Op.Attend op, Node node, List<double[]> x) {
    Shape qShape = node.shape();
    Shape kShape = node.input(1).shape();
    int keys = (int) kShape.extent(op.axis());
    int queries = (int) qShape.extent(op.axis());
    double[] out = new double[x.get(0).length];
    double[] sums = new double[lanes(qShape, op.axis()).size() * queries];
    int lane = 0;
    for (long[] at : lanes(qShape, op.axis())) {
      Lane q = new Lane(qShape, op.axis(), at);
      Lane k = new Lane(kShape, op.axis(), at);
      for (int i = 0; i < queries; i++) {
        double[] w = weights(op.causal(), op.scale(), q, k, i, x.get(0), x.get(1));
        for (int f = 0; f < qShape.extent(-1); f++) {
          for (int j = 0; j < keys; j++) {
            out[q.position(i, f)] += w[j] * x.get(2)[k.position(j, f)];
          }
        }
        sums[lane * queries + i] = w[keys];
      }
      lane++;
    }
    return new double[][] {out, sums};
  }

  static double[][] attendGradient(Op.AttendGradient op, Node node, List<double[]> x) {
    Shape qShape = node.shape();
    Shape kShape = node.input(1).shape();
    int keys = (int) kShape.extent(op.axis());
    double[] dy = x.get(5);
    double[][] d = {new double[x.get(0).length], new double[x.get(1).length], null};
    d[2] = new double[x.get(2).length];
    for (long[] at : lanes(qShape, op.axis())) {
      Lane q = new Lane(qShape, op.axis(), at);
      Lane k = new Lane(kShape, op.axis(), at);
      for (int i = 0; i < qShape.extent(op.axis()); i++) {
        double[] w = weights(op.causal(), op.scale(), q, k, i, x.get(0), x.get(1));
        double[] dw = new double[keys];
        double mean = 0;
        for (int j = 0; j < keys; j++) {
          for (int f = 0; f < qShape.extent(-1); f++) {
            dw[j] += dy[q.position(i, f)] * x.get(2)[k.position(j, f)];
            d[2][k.position(j, f)] += w[j] * dy[q.position(i, f)];
          }
          mean += w[j] * dw[j];
        }
        for (int j = 0; j < keys; j++) {
          double dScore = op.scale() * w[j] * (dw[j] - mean);
          for (int f = 0; f < qShape.extent(-1); f++) {
            d[0][q.position(i, f)] += dScore * x.get(1)[k.position(j, f)];
            d[1][k.position(j, f)] += dScore * x.get(0)[q.position(i, f)];
          }
        }
      }
    }
    return d;
  }

  // ---------------------------------------------------------------- rows by index

  static double[][] top(Shape shape, long k, double[] x) {
    int columns = (int) shape.extent(-1);
    int rows = Math.toIntExact(shape.leading(-1).elements());
    double[][] y = {new double[(int) (rows * k)], new double[(int) (rows * k)]};
    for (int r = 0; r < rows; r++) {
      int start = r * columns;
      List<Integer> best =
          IntStream.range(0, columns)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer c) -> -x[start + c]))
              .limit(k)
              .toList();
      for (int j = 0; j < k; j++) {
        y[0][(int) (r * k + j)] = x[start + best.get(j)];
        y[1][(int) (r * k + j)] = best.get(j);
      }
    }
    return y;
  }

  private static double[] decode(Node node, double[] values, double[] at, double[] table) {
    int width = (int) node.shape().extent(1);
    double[] y = new double[Math.toIntExact(node.elements())];
    for (int i = 0; i < at.length; i++) {
      int row = i / (int) node.input(1).shape().extent(1);
      for (int c = 0; c < width; c++) {
        y[row * width + c] += values[i] * table[(int) at[i] * width + c];
      }
    }
    return y;
  }

  private static double[] dotRows(Node node, double[] dense, double[] at, double[] table) {
    int width = (int) node.input(0).shape().extent(1);
    double[] y = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      int row = i / (int) node.shape().extent(1);
      for (int c = 0; c < width; c++) {
        y[i] += dense[row * width + c] * table[(int) at[i] * width + c];
      }
    }
    return y;
  }

  private static double[] takeRows(Node node, double[] at, double[] table) {
    int width = (int) node.shape().extent(1);
    double[] y = new double[at.length * width];
    for (int i = 0; i < y.length; i++) {
      y[i] = table[(int) at[i / width] * width + i % width];
    }
    return y;
  }

  private static double[] addRows(Node node, boolean weighted, List<double[]> x) {
    double[] at = x.get(weighted ? 1 : 0);
    double[] dense = x.getLast();
    int width = (int) node.shape().extent(1);
    int k = (int) node.input(weighted ? 1 : 0).shape().extent(1);
    double[] y = new double[Math.toIntExact(node.elements())];
    for (int i = 0; i < at.length; i++) {
      for (int c = 0; c < width; c++) {
        double factor = weighted ? x.get(0)[i] : 1;
        y[(int) at[i] * width + c] += factor * dense[i / k * width + c];
      }
    }
    return y;
  }

  // ---------------------------------------------------------------- running sums

  private static double[] running(Op.Running op, Node node, List<double[]> x) {
    int length = (int) node.shape().extent(1);
    int inner = (int) node.shape().extent(2);
    double[] y = new double[Math.toIntExact(node.elements())];
    for (int i = 0; i < y.length; i++) {
      int step = i / inner % length;
      int at = op.reversed() ? i - step * inner + (length - 1 - step) * inner : i;
      int before = op.reversed() ? at + inner : at - inner;
      double term = x.getLast()[at];
      y[at] =
          step == 0
              ? term
              : switch (op.kind()) {
                case SUM -> y[before] + term;
                case PRODUCT -> y[before] * term;
                case RECURRENCE -> x.getFirst()[at] * y[before] + term;
              };
    }
    return y;
  }

  // ---------------------------------------------------------------- random numbers

  private static double[] random(Op.RandomNumbers op, int n, double[] key) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      long[] block = philox(i / 4, op.stream(), key);
      double word = block[i % 4] >>> 8;
      if (op.normal()) {
        double u = ((block[i % 4 & 2] >>> 8) + 1) * 0x1p-24;
        double angle = 2 * Math.PI * (block[i % 4 | 1] >>> 8) * 0x1p-24;
        double radius = Math.sqrt(-2 * StrictMath.log(u));
        y[i] = radius * (i % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
      } else {
        y[i] = word * 0x1p-24;
      }
    }
    return y;
  }

  /** Philox 4x32-10 of Salmon et al. (2011), words as unsigned numbers. */
  private static long[] philox(long block, int stream, double[] key) {
    long mask = 0xffffffffL;
    long[] c = {block & mask, block >>> 32, stream & mask, (long) key[2] & mask};
    long k0 = (long) key[0] & mask;
    long k1 = (long) key[1] & mask;
    for (int round = 0; round < 10; round++) {
      long p0 = 0xD2511F53L * c[0];
      long p1 = 0xCD9E8D57L * c[2];
      c = new long[] {p1 >>> 32 ^ c[1] ^ k0, p1 & mask, p0 >>> 32 ^ c[3] ^ k1, p0 & mask};
      k0 = k0 + 0x9E3779B9L & mask;
      k1 = k1 + 0xBB67AE85L & mask;
    }
    return Arrays.copyOf(c, 4);
  }
}
