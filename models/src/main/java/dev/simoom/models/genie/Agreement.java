package dev.simoom.models.genie;

/**
 * How far two labellings of the same things agree, whatever their labels are called.
 *
 * @param counts [labels of the one][labels of the other]
 */
public record Agreement(long[][] counts) {
  /** A table without entries. */
  public static Agreement none(int rows, int columns) {
    return new Agreement(new long[rows][columns]);
  }

  /** Counts one more thing. */
  public void add(int row, int column) {
    counts[row][column]++;
  }

  /** Number of things. */
  public long total() {
    long sum = 0;
    for (long[] row : counts) {
      for (long count : row) {
        sum += count;
      }
    }
    return sum;
  }

  /** The share of things whose column is the most frequent one of their row. */
  public double purity() {
    long right = 0;
    for (int row = 0; row < counts.length; row++) {
      right += counts[row][mostFrequent(row)];
    }
    return (double) right / total();
  }

  /** The purity of a labelling that knows nothing: the share of the most frequent column. */
  public double chance() {
    long most = 0;
    for (long sum : columnSums()) {
      most = Math.max(most, sum);
    }
    return (double) most / total();
  }

  /** The column that is most frequent in a row. */
  public int mostFrequent(int row) {
    int best = 0;
    for (int column = 1; column < counts[row].length; column++) {
      best = counts[row][column] > counts[row][best] ? column : best;
    }
    return best;
  }

  /** Mutual information over the mean of the two entropies: 0 for none, 1 for the same. */
  public double normalisedMutualInformation() {
    double total = total();
    long[] columns = columnSums();
    double mutual = 0;
    double rowEntropy = 0;
    for (long[] row : counts) {
      long rowSum = 0;
      for (long count : row) {
        rowSum += count;
      }
      rowEntropy -= entropyTerm(rowSum / total);
      for (int c = 0; c < row.length; c++) {
        if (row[c] > 0) {
          mutual += row[c] / total * Math.log(row[c] * total / ((double) rowSum * columns[c]));
        }
      }
    }
    double columnEntropy = 0;
    for (long column : columns) {
      columnEntropy -= entropyTerm(column / total);
    }
    double mean = (rowEntropy + columnEntropy) / 2;
    return mean == 0 ? 0 : mutual / mean;
  }

  private static double entropyTerm(double p) {
    return p == 0 ? 0 : p * Math.log(p);
  }

  private long[] columnSums() {
    long[] sums = new long[counts[0].length];
    for (long[] row : counts) {
      for (int c = 0; c < row.length; c++) {
        sums[c] += row[c];
      }
    }
    return sums;
  }
}
