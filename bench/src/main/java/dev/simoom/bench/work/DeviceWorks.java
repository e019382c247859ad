package dev.simoom.bench.work;

import java.util.ArrayList;
import java.util.List;

/** What is measured on a device: works that occupy a GPU, and the steps of whole models. */
public final class DeviceWorks {
  /** What a device's memory can do at most. */
  public static final String COPY = "copy on the device";

  private static final int COPIED = 64 << 20;

  private DeviceWorks() {}

  /** All works, the ceiling first, by family. */
  public static List<Work> all() {
    List<Work> all = new ArrayList<>();
    all.add(copy());
    all.addAll(MatMulWorks.onDevice());
    all.addAll(AttentionWorks.onDevice());
    all.addAll(ChainWorks.onDevice());
    all.addAll(RowWorks.onDevice());
    all.addAll(SparseWorks.onDevice());
    all.addAll(SaeWorks.onDevice());
    all.addAll(OptimizerWorks.onDevice());
    all.addAll(TransformerWorks.onDevice());
    all.addAll(GenieWorks.all());
    return all;
  }

  private static Work copy() {
    return Work.of(
            Family.CEILING,
            COPY,
            Spec.of("copy", "elements", COPIED),
            Traced.of(
                () ->
                    new Traced.Plan(
                        List.of(Numbers.reals(1, COPIED)), in -> List.of(in.getFirst().copy()))))
        .costing(0, 2.0 * Float.BYTES * COPIED);
  }
}
