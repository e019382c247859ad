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
  private static final Tensor IMAGE = Tensor.ones(Shape.of(1, 2, 4, 4));
  private static final RandomStream RANDOM = new RandomStream(1);

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
    bad("erf", () -> COUNTS.erf(), "erf", "I32[3]", "real numbers");
    bad("sign", () -> TRUTHS.sign(), "sign", "BOOL[3]", "numbers");
    bad("floor", () -> TRUTHS.floor(), "floor", "BOOL[3]", "numbers");
    bad("ceil", () -> TRUTHS.ceil(), "ceil", "BOOL[3]", "numbers");
    bad("round", () -> TRUTHS.round(), "round", "BOOL[3]", "numbers");
    bad("isNaN", () -> TRUTHS.isNaN(), "isNaN", "BOOL[3]", "numbers");
    bad("isFinite", () -> TRUTHS.isFinite(), "isFinite", "BOOL[3]", "numbers");
    bad("xor", () -> COUNTS.xor(TRUTHS), "xor", "I32[3]", "BOOL[3]", "truth values");
    bad("any", () -> COUNTS.any(), "any", "I32[3]", "BOOL");
    bad("all", () -> TRUTHS.all(1), "all", "BOOL[3]", "no axis 1");
    bad("prod", () -> TRUTHS.prod(), "prod", "BOOL[3]", "numbers");
    bad("prodAxis", () -> MATRIX.prod(2), "prod", "F32[2, 3]", "no axis 2");
    bad("logSumExp", () -> COUNTS.logSumExp(), "logSumExp", "I32[3]", "real numbers");
    bad("logSumExpAxis", () -> MATRIX.logSumExp(2), "logSumExp", "F32[2, 3]", "no axis 2");
    bad("var", () -> MATRIX.var(-3), "var", "F32[2, 3]", "no axis -3");
    bad("varCounts", () -> COUNTS.var(), "var", "I32[3]", "real numbers");
    bad("std", () -> MATRIX.std(new int[] {0}, -1), "std", "F32[2, 3]", "correction", "-1");
    bad("norm", () -> MATRIX.norm(3), "norm", "F32[2, 3]", "1, 2 or infinity", "3");
    bad("normAxis", () -> MATRIX.norm(2, 2), "norm", "F32[2, 3]", "no axis 2");
    bad("argmax", () -> MATRIX.argmax(2), "argmax", "F32[2, 3]", "no axis 2");
    bad("argmin", () -> Tensor.zeros(Shape.of(2, 0)).argmin(1), "argmin", "F32[2, 0]", "axis 1");
    bad("argmaxTruths", () -> TRUTHS.argmax(0), "argmax", "BOOL[3]", "numbers");
    bad("cumsum", () -> MATRIX.cumsum(2), "cumsum", "F32[2, 3]", "no axis 2");
    bad("cumprod", () -> TRUTHS.cumprod(0), "cumprod", "BOOL[3]", "numbers");
    bad("sort", () -> COUNTS.sort(0, true), "sort", "I32[3]", "F32");
    bad("argsort", () -> MATRIX.argsort(2, true), "argsort", "F32[2, 3]", "no axis 2");
    bad("pad", () -> MATRIX.pad(0, -1, 0), "pad", "F32[2, 3]", "-1 before", "axis 0");
    bad("stack", () -> Tensor.stack(0, MATRIX, ROW), "stack", "F32[2, 3]", "F32[4]");
    bad("stackAxis", () -> Tensor.stack(3, MATRIX), "stack", "F32[2, 3]", "-3 to 2");
    bad("stackNothing", () -> Tensor.stack(0), "stack", "no tensors");
    bad("split", () -> MATRIX.split(0, 0), "split", "F32[2, 3]", "extent 0");
    bad("splitSizes", () -> MATRIX.split(1, 1, 1), "split", "F32[2, 3]", "[1, 1]", "axis 1");
    bad("chunk", () -> MATRIX.chunk(1, 0), "chunk", "F32[2, 3]", "0 pieces");
    bad("repeat", () -> MATRIX.repeat(2), "repeat", "F32[2, 3]", "[2]");
    bad("flip", () -> MATRIX.flip(2), "flip", "F32[2, 3]", "no axis 2");
    bad("roll", () -> MATRIX.roll(2, 1), "roll", "F32[2, 3]", "no axis 2");
    bad("tril", () -> ROW.tril(), "tril", "F32[4]", "[..., m, n]");
    bad("triu", () -> ROW.triu(), "triu", "F32[4]", "[..., m, n]");
    bad("oneHot", () -> ROW.oneHot(3), "oneHot", "F32[4]", "I32");
    bad("gatherAlong", () -> MATRIX.gather(0, COUNTS), "gather", "F32[2, 3]", "I32[3]", "axis 0");
    bad("scatterAddAlong", () -> scatterAdd(MATRIX, ROW), "scatterAdd", "F32[2, 3]", "F32[4]");
    bad("indexSelect", () -> MATRIX.indexSelect(0, ROW), "indexSelect", "F32[2, 3]", "F32[4]");
    bad(
        "indexAdd",
        () -> MATRIX.indexAdd(0, COUNTS, ROW),
        "indexAdd",
        "I32[3]",
        "F32[4]",
        "axis 0");
    bad("indexPut", () -> ROW.indexPut(1, COUNTS, ROW), "indexPut", "F32[4]", "no axis 1");
    bad("einsum", () -> einsum("ij,jk->ik"), "einsum", "F32[2, 3], F32[2, 3]", "j has", "3 and 2");
    bad("einsumRank", () -> einsum("ij,j->i"), "einsum", "\"j\"", "[2, 3]", "ij,j->i");
    bad("einsumCount", () -> einsum("ij->ij"), "einsum", "1 operands", "not 2", "ij->ij");
    bad("einsumTwice", () -> einsum("ii,ij->j"), "einsum", "twice", "\"ii\"");
    bad("einsumResult", () -> einsum("ij,ij->k"), "einsum", "k of the result");
    bad("einsumDots", () -> einsum("...j,ij->i"), "einsum", "letters", "...j");
    bad("einsumArrows", () -> einsum("ij,ij->i->j"), "einsum", "one arrow");
    bad("einsumTypes", () -> Tensor.einsum("i->i", COUNTS), "einsum", "I32[3]", "real numbers");
    bad("unfold", () -> Convolutions.unfold(MATRIX, 1, 1, 1, 0), "unfold", "F32[2, 3]", "1 x 1");
    bad(
        "unfoldSize",
        () -> Convolutions.unfold(IMAGE, 5, 5, 1, 0),
        "unfold",
        "5 x 5",
        "[1, 2, 4, 4]");
    bad("conv2d", () -> Convolutions.conv2d(IMAGE, MATRIX), "conv2d", "[1, 2, 4, 4]", "F32[2, 3]");
    bad("conv2dGroups", () -> Convolutions.conv2d(IMAGE, IMAGE, 1, 0, 2), "conv2d", "groups 2");
    bad("bernoulli", () -> RANDOM.bernoulli(Shape.of(2), 1.5), "bernoulli", "1.5");
    bad("integers", () -> RANDOM.integers(Shape.of(2), 3, 3), "integers", "from 3 to before 3");
    bad("permutation", () -> RANDOM.permutation(-1), "negative extent", "[-1]");
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

  private static Tensor scatterAdd(Tensor sums, Tensor indices) {
    return sums.scatterAdd(0, indices, sums);
  }

  private static Tensor einsum(String equation) {
    return Tensor.einsum(equation, MATRIX, MATRIX);
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
