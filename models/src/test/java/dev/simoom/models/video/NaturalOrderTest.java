package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
  @Test
  void numbersCountAsNumbers() {
    List<String> sorted =
        List.of(
            "",
            "0",
            "1.png",
            "1a2",
            "01a3",
            "1a10",
            "a",
            "a-1",
            "a1b2",
            "a1b10",
            "a2b1",
            "frame2.png",
            "frame002.png",
            "frame10.png",
            "frame99999999999999999998.png",
            "frame99999999999999999999.png",
            "frame100000000000000000000.png",
            "framea");
    List<String> names = new ArrayList<>(sorted.reversed());
    names.sort(NaturalOrder.INSTANCE);
    names.remove("frame2.png");
    names.remove("frame002.png");
    List<String> expected = new ArrayList<>(sorted);
    expected.removeAll(List.of("frame2.png", "frame002.png"));
    assertThat(names).isEqualTo(expected);
  }

  @Test
  void isAnOrder() {
    List<String> names =
        List.of("", "0", "00", "1", "01", "1a", "01a", "a", "a0", "a00", "a1", "a01", "a1b", "b");
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(NaturalOrder.INSTANCE);
    Collections.reverse(sorted);
    for (int i = 0; i < sorted.size(); i++) {
      for (int j = 0; j < sorted.size(); j++) {
        int order = NaturalOrder.INSTANCE.compare(sorted.get(i), sorted.get(j));
        assertThat(Integer.signum(order))
            .as(sorted.get(i) + "|" + sorted.get(j))
            .isEqualTo(Integer.compare(j, i));
      }
    }
  }
}
