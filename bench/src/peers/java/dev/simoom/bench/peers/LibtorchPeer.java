package dev.simoom.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.bench.suite.JvmPeer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** LibTorch inside the JVM through org.bytedeco, what a team that stays with Java would use. */
public final class LibtorchPeer implements JvmPeer {
  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public Run prepare(JsonNode spec, int threads) {
    torch.set_num_threads(threads);
    return switch (spec.path("op").asText()) {
      case "matmul" -> product(Product.of(spec));
      case "attention" -> attention(spec);
      default -> throw new UnsupportedOperationException("no such work");
    };
  }

  private static Run product(Product p) {
    Tensor storedA = tensor(p.a(), p.transA() ? p.k() : p.m(), p.transA() ? p.m() : p.k());
    Tensor storedB = tensor(p.b(), p.transB() ? p.n() : p.k(), p.transB() ? p.k() : p.n());
    Tensor a = p.transA() ? storedA.t() : storedA;
    Tensor b = p.transB() ? storedB.t() : storedB;
    return new Fleeting() {
      @Override
      Tensor compute() {
        return torch.matmul(a, b);
      }
    };
  }

  private static Run attention(JsonNode spec) {
    if (spec.path("backward").asBoolean() || spec.path("strided").asBoolean()) {
      throw new UnsupportedOperationException("forward alone, not strided");
    }
    long[] extents = {
      spec.path("batch").asLong(),
      spec.path("heads").asLong(),
      spec.path("time").asLong(),
      spec.path("size").asLong()
    };
    int count = (int) (extents[0] * extents[1] * extents[2] * extents[3]);
    Tensor q = tensor(Product.reals(1, count), extents);
    Tensor k = tensor(Product.reals(2, count), extents);
    Tensor v = tensor(Product.reals(3, count), extents);
    Options options = new Options(spec.path("causal").asBoolean());
    return new Fleeting() {
      @Override
      Tensor compute() {
        return options.attend(q, k, v);
      }
    };
  }

  /** How attention is called. */
  private record Options(boolean causal) {
    Tensor attend(Tensor q, Tensor k, Tensor v) {
      return torch.scaled_dot_product_attention(
          q,
          k,
          v,
          new org.bytedeco.pytorch.TensorOptional(),
          0.0,
          causal,
          new org.bytedeco.pytorch.DoubleOptional(),
          false);
    }
  }

  private static Tensor tensor(float[] numbers, long... extents) {
    try (PointerScope _ = new PointerScope()) {
      Tensor made = torch.empty(extents);
      new FloatPointer(made.data_ptr_float()).put(numbers);
      made.retainReference();
      return made;
    }
  }

  /** Frees the result of each call at its end. */
  private abstract static class Fleeting implements Run {
    abstract Tensor compute();

    @Override
    public void run() {
      try (PointerScope _ = new PointerScope()) {
        compute();
      }
    }

    @Override
    public float[] results() {
      try (PointerScope _ = new PointerScope()) {
        Tensor made = compute().contiguous();
        float[] numbers = new float[Math.toIntExact(made.numel())];
        made.data_ptr_float().get(numbers);
        return numbers;
      }
    }
  }
}
