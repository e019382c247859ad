package dev.simoom.nn;

import static dev.simoom.nn.Doubles.assertClose;
import static dev.simoom.nn.Doubles.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quantizers against plain double code, and the paths that their gradients take. */
final class QuantizerTest {
  private static final int CODES = 5;
  private static final int WIDTH = 3;

  private final RandomStream random = new RandomStream(3);

  private VectorQuantizer quantizer() {
    VectorQuantizer quantizer = VectorQuantizer.create(CODES, WIDTH, 0.25, random);
    quantizer.codebook().assign(Doubles.random(9, CODES, WIDTH));
    return quantizer;
  }

  private static int nearest(double[] x, double[][] codes) {
    int best = 0;
    for (int c = 1; c < codes.length; c++) {
      best = distance(x, codes[c]) < distance(x, codes[best]) ? c : best;
    }
    return best;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static int[] nearest(double[][] x, double[][] codes) {
    return Arrays.stream(x).mapToInt(row -> nearest(row, codes)).toArray();
  }

  @Test
  void vectorsBecomeTheNearestCode() {
    try (VectorQuantizer quantizer = quantizer()) {
      Tensor x = Doubles.random(1, 4, 6, WIDTH);
      double[][] codes = rows(quantizer.codebook());
      int[] expected = nearest(rows(x), codes);
      Quantizer.Quantized result = quantizer.quantize(x);
      assertThat(result.indices().shape()).isEqualTo(Shape.of(4, 6));
      assertThat(result.indices().toIntArray()).isEqualTo(expected);
      assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(2);
      double[][] chosen = Arrays.stream(expected).mapToObj(c -> codes[c]).toArray(double[][]::new);
      assertClose(result.output(), chosen);
      assertClose(quantizer.lookup(result.indices()), chosen);
    }
  }

  @Test
  void theLossIsCodebookAndCommitment() {
    try (VectorQuantizer quantizer = quantizer();
        VectorQuantizer averaged = quantizer().withAverages(0.9)) {
      Tensor x = Doubles.random(1, 20, WIDTH);
      double[][] codes = rows(quantizer.codebook());
      double mean = 0;
      for (double[] row : rows(x)) {
        mean += distance(row, codes[nearest(row, codes)]) / (20 * WIDTH);
      }
      assertThat((double) quantizer.quantize(x).loss().item()).isCloseTo(1.25 * mean, within(1e-5));
      assertThat((double) averaged.quantize(x).loss().item()).isCloseTo(0.25 * mean, within(1e-5));
    }
  }

  /** The output's gradient goes to the input alone, as if nothing had been quantized. */
  @Test
  void gradientsPassStraight() {
    try (VectorQuantizer quantizer = quantizer()) {
      Tensor weights = Doubles.random(4, 6, WIDTH);
      Variable x = Variable.of("x", Doubles.random(1, 6, WIDTH));
      Tensor value = x.value();
      Tensor codes = quantizer.codebook().value();
      Tensor sum = quantizer.quantize(value).output().mul(weights).sum();
      List<Tensor> gradients = sum.gradients(List.of(value, codes));
      assertThat(gradients.get(0).toFloatArray()).isEqualTo(weights.toFloatArray());
      assertThat(gradients.get(1).toFloatArray()).containsOnly(0);
      x.close();
    }
  }

  /** The commitment moves the input to its code, the codebook's loss the code to its inputs. */
  @Test
  void theLossMovesInputsAndCodesTowardsEachOther() {
    try (VectorQuantizer quantizer = quantizer()) {
      Variable x = Variable.of("x", Doubles.random(1, 8, WIDTH));
      Tensor value = x.value();
      Tensor table = quantizer.codebook().value();
      List<Tensor> gradients = quantizer.quantize(value).loss().gradients(List.of(value, table));
      double[][] inputs = rows(value);
      double[][] codes = rows(table);
      double[][] byInput = new double[8][WIDTH];
      double[][] byCode = new double[CODES][WIDTH];
      for (int i = 0; i < 8; i++) {
        int c = nearest(inputs[i], codes);
        for (int j = 0; j < WIDTH; j++) {
          double pull = 2 * (inputs[i][j] - codes[c][j]) / (8 * WIDTH);
          byInput[i][j] = 0.25 * pull;
          byCode[c][j] -= pull;
        }
      }
      assertClose(gradients.get(0), byInput);
      assertClose(gradients.get(1), byCode);
      x.close();
    }
  }

  @Test
  void averagesMoveCodesToTheMeanOfTheirInputs() {
    try (VectorQuantizer quantizer = quantizer().withAverages(0.75)) {
      double[][] codes = rows(quantizer.codebook());
      double[][] sums = rows(quantizer.codebook());
      double[] counts = new double[CODES];
      double[] usage = new double[CODES];
      Arrays.fill(counts, 1);
      Arrays.fill(usage, 1.0 / CODES);
      for (int step = 0; step < 3; step++) {
        Tensor x = Doubles.random(20 + step, 10, WIDTH);
        double[][] inputs = rows(x);
        int[] chosen = nearest(inputs, codes);
        Quantizer.Quantized result = quantizer.quantize(x);
        quantizer.observe(x, result.indices());
        for (int c = 0; c < CODES; c++) {
          int code = c;
          double count = Arrays.stream(chosen).filter(i -> i == code).count();
          counts[c] = 0.75 * counts[c] + 0.25 * count;
          usage[c] = 0.98 * usage[c] + 0.02 * count / 10;
          for (int j = 0; j < WIDTH; j++) {
            double sum = 0;
            for (int i = 0; i < 10; i++) {
              sum += chosen[i] == c ? inputs[i][j] : 0;
            }
            sums[c][j] = 0.75 * sums[c][j] + 0.25 * sum;
            codes[c][j] = sums[c][j] / (counts[c] + 1e-5);
          }
        }
        assertClose(quantizer.codebook().value(), codes);
        assertClose(quantizer.usage().value(), new double[][] {usage});
      }
    }
  }

  @Test
  void unusedCodesBecomeInputsAndOthersStay() {
    try (VectorQuantizer quantizer = quantizer().withAverages(0.9)) {
      quantizer.usage().assign(Tensor.of(0.4f, 0.001f, 0.3f, 0.299f, 0));
      double[][] before = rows(quantizer.codebook());
      Tensor x = Doubles.random(5, 7, WIDTH);
      quantizer.reviveUnused(x, 0.1, random);
      double[][] after = rows(quantizer.codebook());
      double[][] inputs = rows(x);
      for (int c = 0; c < CODES; c++) {
        if (c == 1 || c == 4) {
          assertThat(List.of(inputs)).contains(after[c]);
        } else {
          assertThat(after[c]).isEqualTo(before[c]);
        }
      }
      assertThat(quantizer.usage().value().toFloatArray())
          .containsExactly(0.4f, 0.2f, 0.3f, 0.299f, 0.2f);
    }
  }

  /** What the trainers do: quantize, observe and update in one program, as eager code does it. */
  @Test
  void programsGiveTheSameBitsAsEagerCode() {
    try (VectorQuantizer eager = quantizer().withAverages(0.9);
        VectorQuantizer traced = quantizer().withAverages(0.9);
        Program program = Program.of(x -> step(traced, x))) {
      for (int i = 0; i < 3; i++) {
        Tensor x = Doubles.random(30 + i, 12, WIDTH);
        assertThat(program.run(x).item()).isEqualTo(step(eager, x).item());
        assertThat(traced.codebook().value().toFloatArray())
            .isEqualTo(eager.codebook().value().toFloatArray());
      }
    }
  }

  private static Tensor step(VectorQuantizer quantizer, Tensor x) {
    Quantizer.Quantized result = quantizer.quantize(x);
    quantizer.observe(x, result.indices());
    return result.loss();
  }

  @Test
  void clustersAreFound() {
    try (VectorQuantizer quantizer = quantizer()) {
      float[] points = new float[200 * WIDTH];
      float[] noise = Doubles.random(8, 200, WIDTH).toFloatArray();
      for (int i = 0; i < points.length; i++) {
        int cluster = i / WIDTH % CODES;
        points[i] = 10 * cluster + (i % WIDTH == 1 ? 5 : 0) + 0.1f * noise[i];
      }
      quantizer.cluster(points, 1);
      double[][] codes = rows(quantizer.codebook());
      Arrays.sort(codes, (a, b) -> Double.compare(a[0], b[0]));
      for (int c = 0; c < CODES; c++) {
        assertThat(codes[c])
            .usingComparatorWithPrecision(0.1)
            .containsExactly(10 * c, 10 * c + 5, 10 * c);
      }
      assertThatThrownBy(() -> quantizer.cluster(new float[2 * WIDTH], 1))
          .hasMessageContaining("5 clusters")
          .hasMessageContaining("got 2");
    }
  }

  @Test
  void finiteScalarsAreTheNearestLevels() {
    FiniteScalarQuantizer quantizer = new FiniteScalarQuantizer(List.of(8, 5, 4));
    assertThat(quantizer.codes()).isEqualTo(160);
    int[] all = new int[160];
    Arrays.setAll(all, i -> i);
    Tensor vectors = quantizer.lookup(Tensor.ofInts(Shape.of(160), all));
    assertThat(Arrays.stream(rows(vectors)).map(Arrays::toString).distinct().count())
        .isEqualTo(160);
    assertThat(rows(vectors)[0]).containsExactly(-1, -1, -1);
    Tensor x = Doubles.random(2, 50, 3).mul(2);
    Quantizer.Quantized result = quantizer.quantize(x);
    assertThat(quantizer.lookup(result.indices()).toFloatArray())
        .isEqualTo(result.output().toFloatArray());
    double[][] inputs = rows(x);
    double[][] outputs = rows(result.output());
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 3; j++) {
        double bounded = bounded(inputs[i][j], quantizer.levels().get(j));
        assertThat(outputs[i][j] * (quantizer.levels().get(j) / 2))
            .isCloseTo(Math.rint(bounded), within(1e-5));
      }
    }
  }

  /** The bound of the paper's appendix A, in double. */
  private static double bounded(double x, int levels) {
    double reach = (levels - 1) * 1.001 / 2;
    double offset = levels % 2 == 0 ? 0.5 : 0;
    double shift = offset / reach;
    double atanh = 0.5 * Math.log((1 + shift) / (1 - shift));
    return Math.tanh(x + atanh) * reach - offset;
  }

  /** A gradient passes the rounding, not the bound: that of tanh. */
  @Test
  void gradientsOfFiniteScalarsAreThoseOfTheBound() {
    FiniteScalarQuantizer quantizer = new FiniteScalarQuantizer(List.of(5));
    Variable x = Variable.of("x", Tensor.of(Shape.of(3, 1), 0.3f, -1, 2));
    Tensor value = x.value();
    Tensor gradient = quantizer.quantize(value).output().sum().gradients(List.of(value)).getFirst();
    double[][] expected = new double[3][1];
    for (int i = 0; i < 3; i++) {
      double tanh = Math.tanh(rows(value)[i][0]);
      expected[i][0] = (1 - tanh * tanh) * 2 * 1.001 / 2;
    }
    assertClose(gradient, expected);
    x.close();
  }

  @Test
  void lookupFreeCodesAreSigns() {
    LookupFreeQuantizer quantizer = new LookupFreeQuantizer(3, 0.25, 0.1, 2);
    Tensor x = Doubles.random(6, 40, 3);
    Quantizer.Quantized result = quantizer.quantize(x);
    double[][] inputs = rows(x);
    int[] indices = result.indices().toIntArray();
    for (int i = 0; i < 40; i++) {
      int expected = 0;
      for (int j = 0; j < 3; j++) {
        expected |= inputs[i][j] > 0 ? 1 << j : 0;
      }
      assertThat(indices[i]).isEqualTo(expected);
    }
    assertThat(quantizer.lookup(result.indices()).toFloatArray())
        .isEqualTo(result.output().toFloatArray());
    assertThat((double) result.loss().item()).isCloseTo(lookupFreeLoss(inputs), within(1e-5));
  }

  private static double lookupFreeLoss(double[][] x) {
    double commitment = 0;
    double each = 0;
    double[] mean = new double[8];
    for (double[] row : x) {
      double[] logits = new double[8];
      for (int c = 0; c < 8; c++) {
        for (int j = 0; j < 3; j++) {
          double d = row[j] - ((c >> j & 1) * 2 - 1);
          logits[c] -= 2 * d * d;
        }
      }
      double[] p = Doubles.softmax(logits);
      for (int c = 0; c < 8; c++) {
        each -= p[c] * Math.log(p[c]) / x.length;
        mean[c] += p[c] / x.length;
      }
      for (double v : row) {
        commitment += (v - Math.signum(v)) * (v - Math.signum(v)) / (x.length * 3);
      }
    }
    double together = Arrays.stream(mean).map(p -> -p * Math.log(p)).sum();
    return 0.25 * commitment + 0.1 * (each - together);
  }

  @Test
  void complaintsSayWhatWouldBeRight() {
    assertThatThrownBy(() -> new FiniteScalarQuantizer(List.of(8, 1)))
        .hasMessageContaining("[8, 1]");
    assertThatThrownBy(() -> new LookupFreeQuantizer(17, 1, 1, 1)).hasMessageContaining("1 to 16");
    try (VectorQuantizer quantizer = quantizer()) {
      assertThatThrownBy(() -> quantizer.quantize(Doubles.random(1, 4, 2)))
          .hasMessageContaining("VectorQuantizer")
          .hasMessageContaining("[..., 3]");
    }
  }
}
