package dev.simoom.bench.work;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** Everything that is measured. */
public final class Works {
  private Works() {}

  /** All works, the ceilings first, by family. */
  public static List<Work> all() {
    List<Work> all = new ArrayList<>();
    all.addAll(CeilingWorks.all());
    all.addAll(MatMulWorks.all());
    all.addAll(AttentionWorks.all());
    all.addAll(ChainWorks.all());
    all.addAll(RowWorks.all());
    all.addAll(ArrayWorks.all());
    all.addAll(ConvolutionWorks.all());
    all.addAll(EmbeddingWorks.all());
    all.addAll(SparseWorks.all());
    all.addAll(SaeWorks.all());
    all.addAll(OptimizerWorks.all());
    all.addAll(TransformerWorks.all());
    all.addAll(GenieWorks.all());
    all.addAll(TraceWorks.all());
    all.addAll(DataWorks.all());
    return all;
  }

  /** The works of a family. */
  public static List<Work> of(Family family) {
    return all().stream().filter(w -> w.family() == family).toList();
  }

  /**
   * The work of a name, be it one of {@link #all} or {@link DeviceWorks#all}, or another size of a
   * {@link Growing} one.
   */
  public static Work named(String name) {
    return Stream.of(all().stream(), DeviceWorks.all().stream(), Growing.namedAs(name))
        .flatMap(works -> works)
        .filter(w -> w.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("there is no work '" + name + "'"));
  }
}
