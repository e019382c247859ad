package dev.simoom.models.lm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.models.text.BytePairEncoding;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.models.text.TokenStream;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums over batches, the last one with fillers, against the definitions on all windows at once. */
class SpliceEvaluationTest {
  private static final int CONTEXT = 6;
  private static final int BATCH = 4;
  private static final int LAYER = 1;
  private static final int WIDTH = 8;
  private static final int VOCABULARY = 257;
  private static final byte[] TEXT =
      "A text of some bytes, each one a token; cut into windows.".getBytes(UTF_8);

  private final Transformer model =
      Transformer.create(
          new TransformerConfig(VOCABULARY, CONTEXT, WIDTH, 2, 3), new RandomStream(1));
  private final TokenBatches batches;

  SpliceEvaluationTest() {
    RandomStream random = new RandomStream(2);
    for (Variable variable : model.parameters().values()) {
      variable.assign(random.normal(variable.shape()).mul(0.5));
    }
    BytePairEncoding bytes = BytePairEncoding.train(List.of(TEXT), VOCABULARY, 1);
    batches = new TokenBatches(TokenStream.encode(bytes, List.of(TEXT), 1), BATCH, CONTEXT, 3);
  }

  private static Tensor rebuilt(Tensor stream) {
    return stream.mul(0.8).add(0.1);
  }

  private static List<Tensor> compare(Transformer model, Tensor windows) {
    Tensor stream = model.residual(windows.slice(1, 0, CONTEXT), LAYER);
    Tensor targets = windows.slice(1, 1, CONTEXT + 1L);
    return SpliceEvaluation.compare(model, LAYER, stream, rebuilt(stream), targets);
  }

  @Test
  void figuresAreThoseOfTheDefinitions() {
    int windows = batches.evaluationWindows();
    assertThat(windows % BATCH).isPositive();
    LmEvaluation.Sums losses = new LmEvaluation.Sums();
    SpliceEvaluation.Sums splices = new SpliceEvaluation.Sums(model, LAYER);
    float[] mean = new RandomStream(5).normal(Shape.of(WIDTH)).toFloatArray();
    int[] all = new int[windows * (CONTEXT + 1)];
    int[] filled = new int[1];
    try (Program program = Program.ofMany(in -> compare(model, in.getFirst()));
        Scope _ = Scope.open()) {
      HeldOut.forEach(
          batches,
          0,
          Integer.MAX_VALUE,
          program,
          (batch, results) -> {
            losses.add(batch, results.getFirst());
            splices.add(batch, results);
            int length = batch.rows() * (CONTEXT + 1);
            System.arraycopy(batch.windows(), 0, all, filled[0], length);
            filled[0] += length;
          });
      assertThat(filled[0]).isEqualTo(all.length);
      check(splices.result(mean), Tensor.ofInts(Shape.of(windows, CONTEXT + 1L), all), mean);
      SpliceEvaluation spliced = splices.result(mean);
      int tokens = windows * CONTEXT;
      assertThat(losses.result().tokens()).isEqualTo(tokens);
      assertThat(losses.result().loss()).isEqualTo(spliced.clean());
      // Every token but the first stands for one byte and is a target once.
      assertThat(losses.result().bitsPerByte())
          .isCloseTo(spliced.clean() / Math.log(2), within(1e-12));
    }
  }

  private void check(SpliceEvaluation result, Tensor windows, float[] mean) {
    int[] targets = windows.slice(1, 1, CONTEXT + 1L).toIntArray();
    Tensor stream = model.residual(windows.slice(1, 0, CONTEXT), LAYER);
    double[][] clean = logProbabilities(stream);
    double[][] spliced = logProbabilities(rebuilt(stream));
    assertThat(result.clean()).isCloseTo(loss(clean, targets), within(1e-5));
    assertThat(result.spliced()).isCloseTo(loss(spliced, targets), within(1e-5));
    assertThat(result.zeroAblated())
        .isCloseTo(loss(logProbabilities(Tensor.zeros(stream.shape())), targets), within(1e-5));
    double[][] constant = logProbabilities(Tensor.of(mean).expand(stream.shape()));
    assertThat(result.meanAblated()).isCloseTo(loss(constant, targets), within(1e-5));
    assertThat(result.kl()).isCloseTo(divergence(clean, spliced), within(1e-5)).isPositive();
    assertThat(result.recoveredAgainstZero())
        .isEqualTo(
            (result.zeroAblated() - result.spliced()) / (result.zeroAblated() - result.clean()));
  }

  private double[][] logProbabilities(Tensor stream) {
    float[] logits = model.logitsFrom(stream, LAYER).toFloatArray();
    double[][] rows = new double[logits.length / VOCABULARY][VOCABULARY];
    for (int r = 0; r < rows.length; r++) {
      double sum = 0;
      for (int c = 0; c < VOCABULARY; c++) {
        rows[r][c] = logits[r * VOCABULARY + c];
        sum += Math.exp(rows[r][c]);
      }
      for (int c = 0; c < VOCABULARY; c++) {
        rows[r][c] -= Math.log(sum);
      }
    }
    return rows;
  }

  private static double loss(double[][] logProbabilities, int[] targets) {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      sum -= logProbabilities[i][targets[i]];
    }
    return sum / targets.length;
  }

  private static double divergence(double[][] logP, double[][] logQ) {
    double sum = 0;
    for (int r = 0; r < logP.length; r++) {
      for (int c = 0; c < VOCABULARY; c++) {
        sum += Math.exp(logP[r][c]) * (logP[r][c] - logQ[r][c]);
      }
    }
    return sum / logP.length;
  }
}
