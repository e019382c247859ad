package dev.simoom.bench.work;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Works that there are of any size. */
public enum Growing {
  /** A product of square matrices, by their size. */
  MATMUL(MatMulWorks::square, MatMulWorks::squareBytes),
  /** Attention with its gradients, by the number of positions. */
  ATTENTION(AttentionWorks::over, AttentionWorks::operandBytes),
  /** Loss and gradients of a sparse autoencoder, by the number of latents. */
  SAE(SaeWorks::step, SaeWorks::operandBytes),
  /** The product of that autoencoder's encoder alone, by the number of latents. */
  ENCODER(SaeWorks::encoder, SaeWorks::encoderBytes);

  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final IntFunction<Work> maker;
  private final IntToLongFunction operandBytes;

  Growing(IntFunction<Work> maker, IntToLongFunction operandBytes) {
    this.maker = maker;
    this.operandBytes = operandBytes;
  }

  /** The work of a size. */
  public Work of(int size) {
    return maker.apply(size);
  }

  /** Bytes of a program's inputs, variables and results, as follows from their shapes. */
  public long operandBytes(int size) {
    return operandBytes.applyAsLong(size);
  }

  /** Works that may have the name: those of every number in it. */
  static Stream<Work> namedAs(String name) {
    return NUMBER
        .matcher(name)
        .results()
        .map(MatchResult::group)
        .map(Integer::parseInt)
        .filter(size -> size > 0)
        .flatMap(size -> Arrays.stream(values()).map(growing -> growing.of(size)));
  }
}
