package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AgreementTest {
  @Test
  void renamedLabelsAgreeWholly() {
    Agreement table = Agreement.none(3, 3);
    for (int i = 0; i < 30; i++) {
      table.add((i + 1) % 3, i % 3);
    }
    assertThat(table.purity()).isEqualTo(1);
    assertThat(table.normalisedMutualInformation()).isCloseTo(1, within(1e-12));
    assertThat(table.mostFrequent(1)).isZero();
    assertThat(table.chance()).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void labelsThatKnowNothingOfEachOtherDoNotAgree() {
    Agreement table = new Agreement(new long[][] {{10, 20}, {5, 10}});
    assertThat(table.purity()).isCloseTo(30.0 / 45, within(1e-12));
    assertThat(table.purity()).isEqualTo(table.chance());
    assertThat(table.normalisedMutualInformation()).isCloseTo(0, within(1e-12));
  }

  /** Worked out by hand: H = ln 2 for both, I = ln 2 - H(3/4). */
  @Test
  void halfAgreementIsBetween() {
    Agreement table = new Agreement(new long[][] {{3, 1}, {1, 3}});
    double conditional = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    assertThat(table.normalisedMutualInformation())
        .isCloseTo(1 - conditional / Math.log(2), within(1e-12));
    assertThat(table.total()).isEqualTo(8);
  }
}
