package dev.simoom.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LiveBuffers;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.StoredWeight.Part;
import dev.simoom.tensor.safetensors.WeightLoading.Naming;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters that lie in files under other names, turned, or in pieces. */
final class WeightLoadingTest {
  private static final Naming NAMING = Naming.prefixed("model.", name -> name.endsWith(".mask"));

  @TempDir Path folder;

  /** Element i of a tensor is its first number plus i. */
  @BeforeEach
  void write() throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    add(writer, "model.norm", 100, 3);
    add(writer, "model.wide", 1000, 35, 2);
    add(writer, "model.left", 2000, 1, 2);
    add(writer, "model.right", 3000, 2, 2);
    add(writer, "model.a", 4000, 2, 3);
    add(writer, "model.b", 5000, 2, 1);
    add(writer, "model.0.mask", 0, 4);
    writer.write(folder.resolve(WeightLoading.FILE));
  }

  private static void add(SafetensorsWriter writer, String name, int first, long... extents) {
    Shape shape = Shape.of(extents);
    MemorySegment values = MemorySegment.ofArray(new float[(int) shape.elements()]);
    for (int i = 0; i < shape.elements(); i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, first + i);
    }
    writer.add(name, DType.F32, shape, values);
  }

  private static List<StoredWeight> weights() {
    return List.of(
        StoredWeight.plain("norm", "model.norm", 3),
        StoredWeight.turned("wide", "model.wide", 2, 35),
        new StoredWeight(
            "turned",
            List.of(
                new Part("model.left", Shape.of(2, 1), true),
                new Part("model.right", Shape.of(2, 2), true))),
        new StoredWeight(
            "joined",
            List.of(
                new Part("model.a", Shape.of(2, 3), false),
                new Part("model.b", Shape.of(2, 1), false))));
  }

  private static float[] content(Variable variable) {
    return variable.segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void partsAreTurnedAndJoined() throws IOException {
    SequencedMap<String, Variable> read = WeightLoading.load(folder, weights(), NAMING);
    assertThat(read.sequencedKeySet()).containsExactly("norm", "wide", "turned", "joined");
    assertThat(content(read.get("norm"))).containsExactly(100, 101, 102);
    float[] wide = content(read.get("wide"));
    assertThat(read.get("wide").shape()).isEqualTo(Shape.of(2, 35));
    for (int i = 0; i < 70; i++) {
      assertThat(wide[i]).isEqualTo(1000 + 2 * (i % 35) + i / 35);
    }
    assertThat(content(read.get("turned"))).containsExactly(2000, 3000, 3002, 2001, 3001, 3003);
    assertThat(content(read.get("joined")))
        .containsExactly(4000, 4001, 4002, 5000, 4003, 4004, 4005, 5001);
    read.values().forEach(Variable::close);
  }

  @Test
  void whatDoesNotFitIsToldAtOnceAndTakesNoMemory() {
    List<StoredWeight> wrong =
        List.of(
            StoredWeight.plain("norm", "model.norm", 4),
            StoredWeight.turned("wide", "model.wide", 35, 2),
            StoredWeight.plain("more", "model.more", 4));
    long before = LiveBuffers.bytes();
    assertThatThrownBy(() -> WeightLoading.load(folder, wrong, NAMING))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage(
            folder.resolve(WeightLoading.FILE)
                + ": does not fit; missing: 'model.more'; unexpected: 'model.left', 'model.right',"
                + " 'model.a', 'model.b'; of another shape or type: 'model.norm' is F32[3], needed"
                + " is F32[4], 'model.wide' is F32[35, 2], needed is F32[2, 35]");
    assertThat(LiveBuffers.bytes()).isEqualTo(before);
  }

  @Test
  void theSpellingThatFindsMostIsTaken() throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    add(writer, "norm", 7, 3);
    writer.write(folder.resolve(WeightLoading.FILE));
    List<StoredWeight> one = weights().subList(0, 1);
    SequencedMap<String, Variable> read = WeightLoading.load(folder, one, NAMING);
    assertThat(content(read.get("norm"))).containsExactly(7, 8, 9);
    read.values().forEach(Variable::close);
    assertThatThrownBy(() -> WeightLoading.load(folder, weights().subList(0, 2), NAMING))
        .hasMessageEndingWith("does not fit; missing: 'wide'");
  }

  @Test
  void aFolderWithoutWeightsIsRefused() throws IOException {
    Files.delete(folder.resolve(WeightLoading.FILE));
    assertThatThrownBy(() -> WeightLoading.load(folder, weights(), NAMING))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("has no weights");
  }

  @Test
  void partsMustGoSideBySide() {
    Part two = new Part("a", Shape.of(2, 3), false);
    Part three = new Part("b", Shape.of(3, 3), false);
    assertThatThrownBy(() -> new StoredWeight("w", List.of(two, three)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("agree but in the last axis");
    assertThatThrownBy(() -> new Part("a", Shape.of(3), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two for one that is turned");
    assertThatThrownBy(() -> new Naming(List.of(), name -> false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
