package dev.simoom.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.bench.work.DeviceWorks;
import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Param;

/** Holds the parameters of the JMH classes to the registry. */
final class RegistryTest {
  @ParameterizedTest
  @EnumSource
  void everyWorkIsAParameterOfItsFamilysClass(Family family) throws NoSuchFieldException {
    Param names = classOf(family).getField("name").getAnnotation(Param.class);
    assertThat(names.value())
        .containsExactlyElementsOf(Works.of(family).stream().map(Work::name).toList());
  }

  @Test
  void namesAreUniqueAndCostsKnown() {
    List<Work> all = Works.all();
    assertThat(all.stream().map(Work::name)).doesNotHaveDuplicates();
    assertThat(all)
        .filteredOn(w -> w.family() != Family.TRACE)
        .allMatch(w -> w.flops() > 0 || w.bytes() > 0);
    for (Family family : Family.values()) {
      assertThat(Works.of(family)).as("%s", family).anyMatch(Work::brief);
    }
  }

  @Test
  void worksOfDevicesAreFoundByName() {
    List<Work> works = DeviceWorks.all();
    assertThat(works.stream().map(Work::name)).doesNotHaveDuplicates();
    assertThat(works).allSatisfy(w -> assertThat(Works.named(w.name()).spec()).isEqualTo(w.spec()));
    assertThat(works.getFirst().name()).isEqualTo(DeviceWorks.COPY);
  }

  private static Class<?> classOf(Family family) {
    return switch (family) {
      case CEILING -> CeilingBenchmark.class;
      case MATMUL -> MatMulBenchmark.class;
      case ATTENTION -> AttentionBenchmark.class;
      case CHAIN -> ChainBenchmark.class;
      case ROWS -> RowsBenchmark.class;
      case ARRAY -> ArrayBenchmark.class;
      case CONVOLUTION -> ConvolutionBenchmark.class;
      case EMBEDDING -> EmbeddingBenchmark.class;
      case SPARSE -> SparseBenchmark.class;
      case SAE -> SaeBenchmark.class;
      case OPTIMIZER -> OptimizerBenchmark.class;
      case TRANSFORMER -> TransformerBenchmark.class;
      case GENIE -> GenieBenchmark.class;
      case TRACE -> TraceBenchmark.class;
      case DATA -> DataBenchmark.class;
    };
  }
}
