package dev.simoom.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.tensor.Engine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every library kernel and every pattern of loop kernels is measured by some work. */
final class CoverageTest {
  private static final double LARGEST_BYTES = 20e6;

  private static final List<Kernel> KERNELS = new ArrayList<>();

  /** Compiles to nothing: what a work consists of is known once it is traced. */
  private static final class Nothing implements Backend {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public Executable compile(List<Launch> launches) {
      return new Executable() {
        @Override
        public void run(Buffer... slots) {}

        @Override
        public void close() {}
      };
    }
  }

  @BeforeAll
  static void trace() {
    Engine.with(
        new Nothing(),
        () -> {
          for (Work work : Works.all()) {
            if (work.family() != Family.CEILING && work.bytes() < LARGEST_BYTES) {
              try (Prepared prepared = work.prepare()) {
                KERNELS.addAll(prepared.kernels());
              }
            }
          }
          return null;
        });
  }

  @Test
  void everyLibraryKernelIsMeasured() {
    Set<Class<?>> measured = new HashSet<>();
    KERNELS.forEach(kernel -> measured.add(kernel.getClass()));
    assertThat(measured).contains(Kernel.class.getPermittedSubclasses());
  }

  @Test
  void everyPatternOfLoopsIsMeasured() {
    assertThat(loops()).anyMatch(k -> !has(k, Instruction.RowReduce.class) && !reduces(k));
    assertThat(loops()).anyMatch(k -> has(k, Instruction.RowReduce.class) && !reduces(k));
    assertThat(loops()).anyMatch(k -> !has(k, Instruction.RowReduce.class) && reduces(k));
    assertThat(loops()).anyMatch(k -> has(k, Instruction.RowReduce.class) && reduces(k));
  }

  @Test
  void productsAreMeasuredWithEpiloguesAndWithout() {
    List<MatMul> products =
        KERNELS.stream().filter(MatMul.class::isInstance).map(MatMul.class::cast).toList();
    assertThat(products).anyMatch(p -> p.epilogue().isEmpty());
    assertThat(products).anyMatch(p -> p.epilogue().isPresent() && !p.keepProduct());
    assertThat(products).anyMatch(p -> p.epilogue().isPresent() && p.keepProduct());
    assertThat(products).anyMatch(p -> p.batchCount() > 1);
  }

  private static List<LoopKernel> loops() {
    return KERNELS.stream()
        .filter(LoopKernel.class::isInstance)
        .map(LoopKernel.class::cast)
        .toList();
  }

  private static boolean reduces(LoopKernel kernel) {
    return has(kernel, Instruction.ColumnReduce.class);
  }

  private static boolean has(LoopKernel kernel, Class<? extends Instruction> kind) {
    return kernel.body().stream().anyMatch(kind::isInstance);
  }
}
