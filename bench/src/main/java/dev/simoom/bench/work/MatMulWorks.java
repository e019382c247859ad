package dev.simoom.bench.work;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Matrix products of all shapes, transpositions, epilogues and types of weights. */
final class MatMulWorks {
  private static final Set<Integer> BRIEF = Set.of(64, 250, 512, 1024);

  /**
   * The shape and the form of one product.
   *
   * @param transA whether A is stored [k, m]
   * @param transB whether B is stored [n, k]
   * @param epilogue {@code none}, {@code bias}, {@code bias+relu} or {@code bias+gelu+residual}
   * @param weights {@code f32} or {@code bf16}: the type of B
   */
  private record Form(
      int batch,
      int m,
      int n,
      int k,
      boolean transA,
      boolean transB,
      String epilogue,
      String weights) {
    static Form plain(int batch, int m, int n, int k) {
      return new Form(batch, m, n, k, false, false, "none", "f32");
    }

    Form transposed(boolean a, boolean b) {
      return new Form(batch, m, n, k, a, b, epilogue, weights);
    }

    Form with(String epilogue, String weights) {
      return new Form(batch, m, n, k, transA, transB, epilogue, weights);
    }

    Map<String, Object> spec() {
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("op", "matmul");
      spec.put("batch", batch);
      spec.put("m", m);
      spec.put("n", n);
      spec.put("k", k);
      spec.put("transA", transA);
      spec.put("transB", transB);
      spec.put("epilogue", epilogue);
      spec.put("weights", weights);
      return spec;
    }

    double flops() {
      return 2.0 * batch * m * n * k;
    }

    double bytes() {
      double residual = epilogue.endsWith("residual") ? (double) m * n : 0;
      double b = (double) k * n * (weights.equals("bf16") ? 2 : 4);
      return batch * (4.0 * m * k + b + 4.0 * m * n) + 4 * residual;
    }

    /** Bytes of what the plan makes, all of it F32, and of the product. */
    long operandBytes() {
      long inputs = (long) batch * (m * k + k * n) + n + (long) m * n;
      return Float.BYTES * (inputs + (long) batch * m * n);
    }

    Work work(String name) {
      return work(Family.MATMUL, name);
    }

    Work work(Family family, String name) {
      return Work.of(family, name, spec(), Traced.of(this::plan)).costing(flops(), bytes());
    }

    private Traced.Plan plan() {
      Tensor a = transA ? Numbers.reals(1, batch, k, m) : Numbers.reals(1, batch, m, k);
      Tensor b = transB ? Numbers.reals(2, batch, n, k) : Numbers.reals(2, batch, k, n);
      if (batch == 1) {
        a = a.squeeze(0);
        b = b.squeeze(0);
      }
      if (weights.equals("bf16")) {
        b = b.cast(DType.BF16).copy();
      }
      Tensor bias = Numbers.reals(3, n);
      Tensor residual = Numbers.reals(4, m, n);
      return new Traced.Plan(List.of(a, b, bias, residual), this::product);
    }

    private List<Tensor> product(List<Tensor> x) {
      Tensor a = transA ? x.get(0).transpose() : x.get(0);
      Tensor b = transB ? x.get(1).transpose() : x.get(1);
      Tensor c = a.matmul(b);
      return List.of(
          switch (epilogue) {
            case "bias" -> c.add(x.get(2));
            case "bias+relu" -> c.add(x.get(2)).relu();
            case "bias+gelu+residual" -> c.add(x.get(2)).gelu().add(x.get(3));
            default -> c;
          });
    }
  }

  private MatMulWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (int size : new int[] {64, 100, 128, 250, 256, 512, 768, 1000, 1024, 1536, 2048}) {
      works.add(square(size).brief(BRIEF.contains(size)));
    }
    works.add(Form.plain(1, 8192, 64, 512).work("matmul tall 8192x64x512").brief(true));
    works.add(Form.plain(1, 4096, 256, 256).work("matmul tall 4096x256x256"));
    works.add(Form.plain(1, 64, 8192, 512).work("matmul wide 64x8192x512").brief(true));
    works.add(Form.plain(1, 1024, 8192, 512).work("matmul wide 1024x8192x512"));
    works.add(Form.plain(1, 256, 256, 8192).work("matmul deep 256x256x8192"));
    works.add(Form.plain(1, 1, 4096, 1024).work("matmul row 1x4096x1024"));
    works.add(Form.plain(64, 128, 128, 64).work("matmul batched 64 x 128x128x64").brief(true));
    works.add(Form.plain(16, 250, 250, 250).work("matmul batched 16 x 250"));
    Form square = Form.plain(1, 512, 512, 512);
    works.add(square.transposed(true, false).work("matmul 512 A'B").brief(true));
    works.add(square.transposed(false, true).work("matmul 512 AB'").brief(true));
    works.add(square.transposed(true, true).work("matmul 512 A'B'"));
    Form odd = Form.plain(1, 1000, 1000, 1000);
    works.add(odd.transposed(true, false).work("matmul 1000 A'B"));
    works.add(odd.transposed(false, true).work("matmul 1000 AB'"));
    works.add(odd.transposed(true, true).work("matmul 1000 A'B'"));
    Form layer = Form.plain(1, 2048, 1024, 256);
    String shape = "matmul 2048x1024x256 ";
    works.add(both(layer.with("bias", "f32").work(shape + "bias")));
    works.add(both(layer.with("bias+relu", "f32").work(shape + "bias+relu")).brief(true));
    works.add(both(layer.with("bias+gelu+residual", "f32").work(shape + "bias+gelu+residual")));
    works.add(both(layer.with("none", "bf16").work(shape + "bf16 weights")).brief(true));
    works.add(both(square.with("none", "bf16").work("matmul 512 bf16 weights")));
    return works;
  }

  static List<Work> onDevice() {
    Form large = squareForm(4096);
    return List.of(
        square(1024),
        square(2048),
        square(4096),
        square(8192),
        large.transposed(true, false).work("matmul 4096 A'B"),
        large.transposed(false, true).work("matmul 4096 AB'"),
        large.with("bias+gelu+residual", "f32").work("matmul 4096 bias+gelu+residual"));
  }

  static Work square(int size) {
    return squareForm(size).work("matmul " + size);
  }

  /** Bytes of the inputs and the result of {@link #square}. */
  static long squareBytes(int size) {
    return squareForm(size).operandBytes();
  }

  private static Form squareForm(int size) {
    return Form.plain(1, size, size, size);
  }

  /** The product of an autoencoder's encoder, to set its step beside. */
  static Work encoder(int batch, int latents, int width) {
    return encoderForm(batch, latents, width)
        .work(Family.SAE, "SAE encoder product %d latents".formatted(latents));
  }

  /** Bytes of the inputs and the result of {@link #encoder}. */
  static long encoderBytes(int batch, int latents, int width) {
    return encoderForm(batch, latents, width).operandBytes();
  }

  private static Form encoderForm(int batch, int latents, int width) {
    return Form.plain(1, batch, latents, width).transposed(false, true);
  }

  private static Work both(Work work) {
    return work.against(Work.EAGER, Work.COMPILED);
  }
}
