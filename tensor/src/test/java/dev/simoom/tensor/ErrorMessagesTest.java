package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A wrong call fails at once and says which operation, with what operands, and what would do. */
class ErrorMessagesTest {
  private static final Map<String, List<String>> EXPECTED = new LinkedHashMap<>();
  private static final Map<String, Supplier<?>> CALLS = new LinkedHashMap<>();

  private static final Tensor MATRIX = Tensor.ones(Shape.of(2, 3));
  private static final Tensor ROW = Tensor.ones(Shape.of(4));
  private static final Tensor COUNTS = Tensor.ofInts(Shape.of(3), 1, 2, 3);
  private static final Tensor TRUTHS = COUNTS.gt(1);

  private static void bad(String name, Supplier<?> call, String... inMessage) {
    CALLS.put(name, call);
    EXPECTED.put(name, List.of(inMessage));
  }

  static {
    bad("add", () -> MATRIX.add(ROW), "add", "F32[2, 3]", "F32[4]", "broadcast");
    bad("mixed", () -> MATRIX.mul(COUNTS), "mul", "F32[2, 3]", "I32[3]", "cast");
    bad("div", () -> COUNTS.div(COUNTS), "div", "I32[3]", "real numbers", "cast");
    bad("exp", () -> COUNTS.exp(), "exp", "I32[3]", "real numbers");
    bad("neg", () -> TRUTHS.neg(), "neg", "BOOL[3]", "numbers");
    bad("maximum", () -> TRUTHS.maximum(TRUTHS), "maximum", "BOOL[3]");
    bad("and", () -> MATRIX.and(MATRIX), "and", "F32[2, 3]", "BOOL");
    bad("not", () -> ROW.not(), "not", "F32[4]", "BOOL");
    bad("where", () -> Tensor.where(COUNTS, ROW, ROW), "where", "I32[3]", "F32[4]");
    bad("whereTypes", () -> Tensor.where(TRUTHS, COUNTS, COUNTS.cast(DType.F32)), "where", "BOOL");
    bad("sumAxis", () -> MATRIX.sum(2), "sum", "F32[2, 3]", "no axis 2", "-2 to 1");
    bad("sumTruths", () -> TRUTHS.sum(), "sum", "BOOL[3]", "cast");
    bad("maxAxis", () -> MATRIX.max(-3), "max", "F32[2, 3]", "no axis -3");
    bad("softmax", () -> MATRIX.softmax(4), "softmax", "F32[2, 3]", "no axis 4");
    bad("logSoftmax", () -> Tensor.scalar(1).logSoftmax(0), "logSoftmax", "F32[]", "none");
    bad("reshape", () -> MATRIX.reshape(4, 2), "reshape", "F32[2, 3]", "[4, 2]");
    bad("reshapeOpen", () -> MATRIX.reshape(-1, -1), "reshape", "[-1, -1]", "at most one");
    bad("reshapeUneven", () -> MATRIX.reshape(-1, 4), "reshape", "F32[2, 3]", "[-1, 4]");
    bad("permute", () -> MATRIX.permute(0, 0), "permute", "F32[2, 3]", "[0, 0]");
    bad("permuteAxis", () -> MATRIX.permute(0, 2), "permute", "F32[2, 3]", "no axis 2");
    bad("transpose", () -> ROW.transpose(), "transpose", "F32[4]", "no axis -2");
    bad("expand", () -> MATRIX.expand(Shape.of(3, 3)), "expand", "F32[2, 3]", "[3, 3]");
    bad("slice", () -> MATRIX.slice(1, 1, 4), "slice", "F32[2, 3]", "1 to 4");
    bad("sliceAxis", () -> MATRIX.slice(2, 0, 1), "slice", "F32[2, 3]", "no axis 2");
    bad("sliceStep", () -> MATRIX.slice(0, 0, 1, 0), "slice", "step 0");
    bad("select", () -> MATRIX.select(1, 3), "select", "F32[2, 3]", "no coordinate 3");
    bad("unsqueeze", () -> MATRIX.unsqueeze(3), "unsqueeze", "F32[2, 3]", "-3 to 2");
    bad("squeeze", () -> MATRIX.squeeze(0), "squeeze", "F32[2, 3]", "extent 1");
    bad("concat", () -> Tensor.concat(0, MATRIX, ROW), "concat", "F32[2, 3]", "F32[4]");
    bad("concatTypes", () -> Tensor.concat(0, ROW, COUNTS), "concat", "F32[4]", "I32[3]");
    bad("concatAxis", () -> Tensor.concat(1, ROW), "concat", "F32[4]", "no axis 1");
    bad("concatNothing", () -> Tensor.concat(0), "concat", "no tensors");
    bad("matmul", () -> MATRIX.matmul(MATRIX), "matmul", "F32[2, 3]", "[..., k, n]");
    bad("matmulRow", () -> ROW.matmul(ROW), "matmul", "F32[4]", "[..., m, k]");
    bad("matmulBatch", ErrorMessagesTest::unequalBatches, "matmul", "leading axes");
    bad("attention", () -> attention(MATRIX, ROW, -2), "scaledDotProductAttention", "F32[4]");
    bad("attentionAxis", () -> attention(MATRIX, MATRIX, 1), "time axis 1", "F32[2, 3]");
    bad("topK", () -> MATRIX.topK(4), "topK", "F32[2, 3]", "4 of the last axis");
    bad("topKTypes", () -> COUNTS.topK(1), "topK", "I32[3]", "F32");
    bad("gather", () -> MATRIX.gather(ROW), "gather", "F32[2, 3]", "F32[4]", "I32 indices");
    bad("sparseDecode", () -> MATRIX.sparseDecode(ROW, COUNTS), "sparseDecode", "one shape");
    bad("sparseDot", () -> MATRIX.sparseDot(ROW, COUNTS), "sparseDot", "[entries, width]");
    bad("scatterAdd", () -> MATRIX.scatterAdd(COUNTS, 5), "scatterAdd", "F32[2, 3]", "I32[3]");
    bad("scatterInto", () -> MATRIX.scatterAdd(COUNTS, -1), "scatterAdd", "-1 entries");
    bad("straightThrough", () -> ROW.straightThrough(MATRIX), "straightThrough", "F32[2, 3]");
    bad("gradients", () -> MATRIX.gradients(List.of(MATRIX)), "gradients", "F32[2, 3]", "one");
    bad("item", () -> MATRIX.item(), "item", "F32[2, 3]", "one element");
    bad("toIntArray", () -> MATRIX.toIntArray(), "toIntArray", "F32[2, 3]", "cast");
    bad("of", () -> Tensor.of(Shape.of(2), 1, 2, 3), "of", "[2]", "2 elements", "3");
    bad("iota", () -> Tensor.iota(Shape.of(2), 1), "no axis 1", "[2]");
    bad("shape", () -> Shape.of(2, -1), "negative extent", "[2, -1]");
  }

  private static Tensor unequalBatches() {
    return Tensor.ones(Shape.of(2, 3, 3)).matmul(Tensor.ones(Shape.of(4, 3, 3)));
  }

  private static Tensor attention(Tensor q, Tensor k, int axis) {
    return Tensor.scaledDotProductAttention(q, k, k, false, axis);
  }

  @TestFactory
  List<DynamicTest> messages() {
    List<DynamicTest> tests = new ArrayList<>();
    CALLS.forEach(
        (name, call) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        assertThatThrownBy(call::get)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContainingAll(EXPECTED.get(name).toArray(String[]::new)))));
    return tests;
  }
}
