package dev.simoom.kernels.tornado.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Slots;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where slots lie on the device. */
class DeviceMemoryTest {
  @Test
  void aScratchSlotBecomesOneArrayForEachTypeWithoutTheGaps() {
    Launch real = copy(DType.F32, 2000, new Operand(0, 0), new Operand(0, 16_000));
    Launch whole = copy(DType.I32, 2000, new Operand(0, 8000), new Operand(0, 24_000));
    DeviceMemory memory = new DeviceMemory(List.of(real, whole), new Slots(Set.of(0), Set.of()), 0);
    assertThat(memory.slots()).isEmpty();
    assertThat(memory.arrays())
        .extracting(DeviceArray::elements, DeviceArray::role)
        .containsExactlyInAnyOrder(tuple(4032, Role.INTERMEDIATE), tuple(4032, Role.INTERMEDIATE));
    Room room = memory.room(whole);
    // Half a piece of 128 bytes lies before each, as in the slot.
    assertThat(room.operand(0).offset()).isEqualTo(16);
    assertThat(room.operand(1).offset()).isEqualTo(2016 + 16);
    assertThat(room.operand(0).array().type()).isEqualTo(ElementType.INT);
    assertThat(memory.room(real).operand(1).offset()).isEqualTo(2016);
  }

  @Test
  void contentBeginsAtWholePiecesOfMemoryBehindTheHeader() {
    Launch launch = copy(DType.F32, 5000, new Operand(1, 0), new Operand(0, 0));
    for (long header : new long[] {16, 24}) {
      DeviceMemory memory = new DeviceMemory(List.of(launch), Slots.UNKNOWN, header);
      Room room = memory.room(launch);
      List<Place> places =
          List.of(
              room.operand(0),
              room.operand(1),
              room.table(1, 2),
              room.scratch(ElementType.SHORT, 7),
              room.scratch(ElementType.SHORT, 7),
              room.lasting(ElementType.FLOAT, 7),
              room.lasting(ElementType.FLOAT, 7),
              memory.report(2));
      assertThat(places)
          .allMatch(p -> (header + (long) p.offset() * p.array().type().bytes()) % 128 == 0)
          .doesNotHaveDuplicates();
      assertThat(memory.slots())
          .allMatch(slot -> (header + slot.offset()) % 128 == 0)
          .allMatch(slot -> slot.offset() + slot.bytes() <= slot.array().bytes());
    }
  }

  @Test
  void smallInputsTravelTogether() {
    Launch first = copy(DType.F32, 1, new Operand(1, 0), new Operand(0, 0));
    Launch second = copy(DType.F32, 3, new Operand(2, 4), new Operand(0, 4));
    Launch third = copy(DType.F32, 5000, new Operand(3, 0), new Operand(0, 16));
    DeviceMemory memory =
        new DeviceMemory(List.of(first, second, third), new Slots(Set.of(), Set.of(1, 2, 3)), 0);
    Place one = memory.room(first).operand(0);
    Place two = memory.room(second).operand(0);
    assertThat(one.array()).isEqualTo(two.array());
    assertThat(one.offset()).isZero();
    assertThat(two.offset()).isEqualTo(2);
    Place large = memory.room(third).operand(0);
    assertThat(large.array()).isNotEqualTo(one.array());
    assertThat(memory.arrays().get(large.array().number()).role()).isEqualTo(Role.TRAVELLING);
  }

  @Test
  void contentIsNeededOnlyWhereItIsReadOrPartlyKept() {
    Launch whole = copy(DType.F32, 5000, new Operand(1, 0), new Operand(0, 0));
    assertThat(needsContent(whole)).isFalse();
    Launch read = copy(DType.F32, 5000, new Operand(0, 0), new Operand(1, 0));
    assertThat(needsContent(read)).isTrue();
    Launch part = copy(DType.F32, 5000, new Operand(1, 0), new Operand(0, 4));
    assertThat(needsContent(part)).isTrue();
    Strided gaps = new Strided(DType.F32, List.of(2L));
    Launch every =
        new Launch(
            new Copy(List.of(5000L), Strided.dense(DType.F32, List.of(5000L)), gaps),
            List.of(new Operand(1, 0), new Operand(0, 0)));
    assertThat(needsContent(every)).isTrue();
    assertThat(needsContent(whole, every)).isTrue();
    assertThat(needsContent(whole, read)).isFalse();
  }

  @Test
  void aSlotOfTwoTypesIsRefused() {
    Launch real = copy(DType.F32, 5000, new Operand(1, 0), new Operand(0, 0));
    Launch whole = copy(DType.I32, 5000, new Operand(2, 0), new Operand(0, 20_000));
    assertThatThrownBy(() -> new DeviceMemory(List.of(real, whole), Slots.UNKNOWN, 0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("slot 0")
        .hasMessageContaining("INT");
  }

  /** Whether the content of slot 0 is. */
  private static boolean needsContent(Launch... launches) {
    DeviceMemory memory = new DeviceMemory(List.of(launches), Slots.UNKNOWN, 0);
    return memory.slots().stream()
        .filter(place -> place.slot() == 0)
        .findFirst()
        .orElseThrow()
        .needsContent();
  }

  private static Launch copy(DType type, long elements, Operand from, Operand to) {
    Strided dense = Strided.dense(type, List.of(elements));
    return new Launch(new Copy(List.of(elements), dense, dense), List.of(from, to));
  }
}
