package dev.simoom.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Slots;
import dev.simoom.kernels.Strided;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Content stays on the device and moves when it must. */
class ResidenceTest {
  private static final int ELEMENTS = 2000;
  private static final long BYTES = 4L * ELEMENTS;
  private static final Strided FLAT = new Strided(DType.F32, List.of(1L));

  /** On the device content begins at a multiple of 128 bytes, with the header before it. */
  private static final long ON_DEVICE = BYTES + 128 - HostArray.HEADER;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  @Test
  void stateMovesOnceHoweverOftenItIsReplacedOnTheDevice() {
    Buffer state = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(state, 1);
    Executable program = accumulate();
    for (int step = 1; step <= 3; step++) {
      fill(input, step);
      program.run(state, input);
    }
    assertThat(program.explain())
        .contains("with the runs " + number(3 * ON_DEVICE) + " bytes to the device")
        .contains("to it 1 times " + number(ON_DEVICE) + " bytes, from it 0 times 0 bytes");
    assertThat(first(state)).isEqualTo(1 + 1 + 2 + 3);
    assertThat(program.explain()).contains("from it 1 times " + number(ON_DEVICE) + " bytes");
  }

  /** TornadoVM counts a header of each array and a context of each task too. */
  @Test
  void theProfilerSeesNothingMoveButInputs() {
    System.setProperty(Plan.PROFILE, "true");
    try {
      Buffer state = buffer(BYTES);
      Buffer input = buffer(BYTES);
      Executable program = accumulate();
      for (int step = 1; step <= 3; step++) {
        fill(input, step);
        program.run(state, input);
      }
      Matcher profile =
          Pattern.compile("last run: ([0-9,]+) bytes to the device, 0 bytes from it")
              .matcher(program.explain());
      assertThat(profile.find()).as(program.explain()).isTrue();
      assertThat(Long.parseLong(profile.group(1).replace(",", "")))
          .isBetween(ON_DEVICE, ON_DEVICE + HostArray.HEADER + 24);
    } finally {
      System.clearProperty(Plan.PROFILE);
    }
  }

  @Test
  void whatTheHostWritesIsSeen() {
    Buffer state = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(input, 10);
    Executable program = accumulate();
    program.run(state, input);
    fill(state, 5);
    program.run(state, input);
    assertThat(first(state)).isEqualTo(15);
  }

  @Test
  void readingDoesNotMakeTheDeviceLoadAnew() {
    Buffer state = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(input, 10);
    Executable program = accumulate();
    program.run(state, input);
    assertThat(first(state)).isEqualTo(10);
    program.run(state, input);
    assertThat(program.explain()).contains("to it 1 times");
    assertThat(first(state)).isEqualTo(20);
  }

  @Test
  void programsOnOneBufferSeeEachOther() {
    Buffer state = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(input, 2);
    Executable one = accumulate();
    Executable other = accumulate();
    one.run(state, input);
    other.run(state, input);
    one.run(state, input);
    Backend.simd(1).compile(List.of(launch(0))).run(state, input);
    assertThat(first(state)).isEqualTo(8);
    one.run(state, input);
    assertThat(first(state)).isEqualTo(10);
  }

  @Test
  void anotherBufferInTheSlotLeavesTheFirstItsContent() {
    Buffer state = buffer(BYTES);
    Buffer second = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(input, 3);
    fill(second, 100);
    Executable program = accumulate();
    program.run(state, input);
    program.run(second, input);
    assertThat(first(state)).isEqualTo(3);
    assertThat(first(second)).isEqualTo(103);
  }

  @Test
  void contentOutlivesTheProgram() {
    Buffer state = buffer(BYTES);
    Buffer input = buffer(BYTES);
    fill(input, 4);
    Executable program = accumulate();
    program.run(state, input);
    program.close();
    assertThat(first(state)).isEqualTo(4);
    assertThatThrownBy(() -> program.run(state, input))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void moreTasksThanAGraphHoldsTakeSeveral() {
    List<Launch> launches = new ArrayList<>();
    for (int i = 0; i < 201; i++) {
      launches.add(launch(i % 3 == 0 ? 0 : 4 * i));
    }
    Executable program = Devices.first().compile(launches, new Slots(Set.of(), Set.of(1)));
    open.add(program);
    Buffer[] device = {buffer(2 * BYTES), buffer(BYTES)};
    Buffer[] host = {buffer(2 * BYTES), buffer(BYTES)};
    fill(device[1], 1);
    fill(host[1], 1);
    for (int run = 0; run < 2; run++) {
      program.run(device);
      Backend.simd(1).compile(launches).run(host);
    }
    assertThat(program.explain()).contains("201 tasks in 2 graphs");
    assertThat(device[0].content().mismatch(host[0].content())).isEqualTo(-1);
  }

  /** {@code slot 0 += slot 1}. */
  private Executable accumulate() {
    Executable program =
        Devices.first().compile(List.of(launch(0)), new Slots(Set.of(), Set.of(1)));
    open.add(program);
    return program;
  }

  private static Launch launch(long offset) {
    LoopKernel.Builder in = new LoopKernel.Builder();
    int sum = in.apply(ScalarOp.ADD, in.load(in.input(FLAT)), in.load(in.input(FLAT)));
    in.store(in.output(FLAT), sum);
    return new Launch(
        in.build(List.of(), ELEMENTS),
        List.of(new Operand(0, offset), new Operand(1, 0), new Operand(0, offset)));
  }

  private Buffer buffer(long bytes) {
    Buffer buffer = Buffer.allocate("test", bytes);
    open.add(buffer);
    return buffer;
  }

  private static void fill(Buffer buffer, float value) {
    for (int i = 0; i < ELEMENTS; i++) {
      buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  private static float first(Buffer buffer) {
    return buffer.content().getAtIndex(ValueLayout.JAVA_FLOAT, 0);
  }

  private static String number(long bytes) {
    return "%,d".formatted(bytes);
  }
}
