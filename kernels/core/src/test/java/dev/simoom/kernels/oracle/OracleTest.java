package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Strided;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle must notice what it is there to notice. */
class OracleTest {
  private static final Case COPY =
      new Case(
          new Copy(
              List.of(3L, 2L),
              Strided.dense(DType.F32, List.of(3L, 2L)),
              new Strided(DType.F32, List.of(4L, 1L))),
          List.of(new double[] {1, 2, 3, 4, 5, 6}),
          new Tolerance(0.5, 0));

  @Test
  void agreementPasses() {
    Oracle.check(COPY, 7, Backend.reference(), Backend.reference());
    Oracle.check(COPY, 7, new Meddler(1, 1, 2.25f));
  }

  @Test
  void aWrongResultIsFound() {
    assertThatThrownBy(() -> Oracle.check(COPY, 7, new Meddler(1, 1, 9)))
        .hasMessageContaining("target[1] is 9.0, should be 2.0");
  }

  @Test
  void aWriteBetweenRowsIsFound() {
    assertThatThrownBy(() -> Oracle.check(COPY, 7, new Meddler(1, 6, 0)))
        .hasMessageContaining("target[6] may not be written");
  }

  @Test
  void aWriteOutsideTheOperandIsFound() {
    for (int element : new int[] {-1, 10, 30}) {
      assertThatThrownBy(() -> Oracle.check(COPY, 7, new Meddler(1, element, 0)))
          .hasMessageContaining("target[" + element + "] may not be written");
    }
  }

  @Test
  void aChangedInputIsFound() {
    assertThatThrownBy(() -> Oracle.check(COPY, 7, new Meddler(0, 5, 0)))
        .hasMessageContaining("source was changed");
  }

  @Test
  void otherBitsOnOtherThreadsAreFound() {
    assertThatCode(() -> Oracle.check(COPY, 7, new Meddler(1, 1, 2.25f)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Oracle.check(COPY, 7, Backend.reference(), new Meddler(1, 1, 2.25f)))
        .hasMessageContaining("target has other bits");
  }

  /** The reference, which then overwrites one element of one operand. */
  private record Meddler(int operand, int element, float value) implements Backend {
    @Override
    public String name() {
      return "meddler";
    }

    @Override
    public Executable compile(List<Launch> launches) {
      Executable honest = Backend.reference().compile(launches);
      Operand place = launches.getFirst().operands().get(operand);
      return new Executable() {
        @Override
        public void run(Buffer... slots) {
          honest.run(slots);
          slots[place.slot()]
              .segment()
              .set(ValueLayout.JAVA_FLOAT_UNALIGNED, place.offset() + 4L * element, value);
        }

        @Override
        public void close() {
          honest.close();
        }
      };
    }
  }
}
