package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Points whose geometric median is known, and the condition that makes a point one. */
class GeometricMedianTest {
  @Test
  void ofPointsOnALineItIsTheMedian() {
    assertThat(GeometricMedian.of(new float[] {9, -3, 1, 2, 100}, 1)[0]).isCloseTo(2, offset(1e-6));
  }

  @Test
  void ofAnObtuseTriangleItIsTheCorner() {
    // At (0, 0) the angle is above 120 degrees, so the corner itself is the median.
    double[] median = GeometricMedian.of(new float[] {-10, 1, 0, 0, 10, 1}, 2);
    assertThat(median).containsExactly(0, 0);
  }

  @Test
  void ofATriangleItIsTheFermatPoint() {
    double half = Math.sqrt(3) / 2;
    float[] equilateral = {0, 1, (float) -half, -0.5f, (float) half, -0.5f};
    double[] median = GeometricMedian.of(equilateral, 2);
    assertThat(median[0]).isCloseTo(0, offset(1e-6));
    assertThat(median[1]).isCloseTo(0, offset(1e-6));
  }

  @Test
  void ofAQuadrangleItIsWhereTheDiagonalsCross() {
    double[] median = GeometricMedian.of(new float[] {0, 0, 4, 4, 0, 2, 2, 0}, 2);
    assertThat(median[0]).isCloseTo(1, offset(1e-4));
    assertThat(median[1]).isCloseTo(1, offset(1e-4));
  }

  @Test
  void aStartOnADataPointThatIsNotTheMedianIsLeft() {
    // The mean is (0, 0), which is a data point, but most of the others pull elsewhere.
    float[] points = {0, 0, 1, 0, 1, 0.1f, 1, -0.1f, -3, 0};
    double[] median = GeometricMedian.of(points, 2);
    assertThat(pull(points, 2, median)).isLessThan(1e-4);
    assertThat(median[0]).isGreaterThan(0.5);
  }

  @Test
  void ofEqualPointsItIsThePoint() {
    assertThat(GeometricMedian.of(new float[] {2, 3, 2, 3, 2, 3}, 2)).containsExactly(2, 3);
    assertThat(GeometricMedian.of(new float[] {7, 8, 9}, 3)).containsExactly(7, 8, 9);
  }

  @Test
  void aMajorityOfEqualPointsIsTheMedian() {
    float[] points = {5, 5, 5, 5, 5, 5, 0, 1, 9, -4};
    assertThat(GeometricMedian.of(points, 2)).containsExactly(5, 5);
  }

  @Test
  void inManyDimensionsUnitVectorsToThePointsCancelAndOutliersCountLittle() {
    int width = 17;
    int count = 2000;
    SplittableRandom random = new SplittableRandom(4);
    float[] points = new float[width * count];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) (3 + random.nextGaussian());
    }
    for (int i = 0; i < 100 * width; i++) {
      points[i] += 1000;
    }
    double[] median = GeometricMedian.of(points, width);
    assertThat(pull(points, width, median)).isLessThan(1e-4);
    for (double m : median) {
      assertThat(m).isCloseTo(3, offset(0.3));
    }
  }

  /** Length of the mean of the unit vectors from a point to the others: 0 at the median. */
  private static double pull(float[] points, int width, double[] at) {
    double[] sum = new double[width];
    for (int from = 0; from < points.length; from += width) {
      double square = 0;
      for (int j = 0; j < width; j++) {
        square += Math.pow(points[from + j] - at[j], 2);
      }
      for (int j = 0; j < width; j++) {
        sum[j] += (points[from + j] - at[j]) / Math.sqrt(square);
      }
    }
    double square = 0;
    for (double s : sum) {
      square += Math.pow(s * width / points.length, 2);
    }
    return Math.sqrt(square);
  }

  @Test
  void aBrokenListOfPointsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> GeometricMedian.of(new float[5], 2));
    assertThatIllegalArgumentException().isThrownBy(() -> GeometricMedian.of(new float[0], 2));
  }
}
