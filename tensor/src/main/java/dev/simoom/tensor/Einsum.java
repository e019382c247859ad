package dev.simoom.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Einstein's summation: operands are contracted from left to right, each pair by one matrix product
 * (or by an elementwise one where nothing is summed over).
 */
final class Einsum {
  private final String equation;
  private final Tensor[] operands;

  /** A tensor and the letter of each of its axes. */
  private record Labelled(Tensor tensor, String letters) {
    Labelled permute(String order) {
      int[] axes = order.chars().map(letters::indexOf).toArray();
      boolean isSame = order.equals(letters);
      return isSame ? this : new Labelled(tensor.permute(axes), order);
    }

    /** Sums over the axes whose letters are not wanted. */
    Labelled only(String wanted) {
      int[] gone =
          IntStream.range(0, letters.length())
              .filter(i -> wanted.indexOf(letters.charAt(i)) < 0)
              .toArray();
      return gone.length == 0 ? this : new Labelled(tensor.sum(gone), common(letters, wanted));
    }

    /** The extents of some of the axes. */
    Shape extents(String some) {
      return Shape.of(
          some.chars().mapToLong(c -> tensor.shape().extent(letters.indexOf(c))).toArray());
    }
  }

  private Einsum(String equation, Tensor... operands) {
    this.equation = equation;
    this.operands = operands;
  }

  static Tensor of(String equation, Tensor... operands) {
    return new Einsum(equation, operands).value();
  }

  private IllegalArgumentException bad(String complaint) {
    return Ops.bad("einsum", complaint + " in \"" + equation + '"', operands);
  }

  private Tensor value() {
    String[] sides = equation.replace(" ", "").split("->", -1);
    if (sides.length > 2) {
      throw bad("there is more than one arrow");
    }
    String[] terms = sides[0].split(",", -1);
    if (terms.length != operands.length) {
      throw bad(terms.length + " operands are named, not " + operands.length + ',');
    }
    List<Labelled> rest = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      rest.add(operand(terms[i], operands[i]));
    }
    checkExtents(rest);
    String result = sides.length == 2 ? sides[1] : lettersSeenOnce(sides[0]);
    checkResult(result, sides[0]);
    Labelled product = rest.removeFirst();
    while (!rest.isEmpty()) {
      Labelled next = rest.removeFirst();
      String needed = rest.stream().map(Labelled::letters).collect(Collectors.joining()) + result;
      product = contract(product, next, needed);
    }
    return product.only(result).permute(result).tensor();
  }

  // ---------------------------------------------------------------- the equation

  private Labelled operand(String term, Tensor tensor) {
    if (!tensor.dtype().isFloating()) {
      throw bad("real numbers are needed (cast to F32)");
    }
    requireDistinct(term);
    if (term.length() != tensor.rank()) {
      throw bad("\"" + term + "\" does not name the axes of " + tensor.shape());
    }
    return new Labelled(tensor, term);
  }

  private void requireDistinct(String term) {
    if (!term.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
      throw bad("axes are named by letters, not as in \"" + term + "\"");
    }
    if (term.chars().distinct().count() != term.length()) {
      throw bad("a letter stands twice in \"" + term + "\" (diagonals are not supported)");
    }
  }

  private void checkExtents(List<Labelled> terms) {
    Map<Integer, Long> extents = new HashMap<>();
    for (Labelled term : terms) {
      for (int i = 0; i < term.letters.length(); i++) {
        int letter = term.letters.charAt(i);
        long extent = term.tensor.shape().extent(i);
        Long other = extents.putIfAbsent(letter, extent);
        if (other != null && other != extent) {
          throw bad("axis " + (char) letter + " has extents " + other + " and " + extent);
        }
      }
    }
  }

  private void checkResult(String result, String named) {
    requireDistinct(result);
    for (char letter : result.toCharArray()) {
      if (named.indexOf(letter) < 0) {
        throw bad("axis " + letter + " of the result is in no operand");
      }
    }
  }

  private static String lettersSeenOnce(String named) {
    Map<Character, Integer> counts = new TreeMap<>();
    for (char letter : named.replace(",", "").toCharArray()) {
      counts.merge(letter, 1, Integer::sum);
    }
    return counts.keySet().stream()
        .filter(letter -> counts.get(letter) == 1)
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  // ---------------------------------------------------------------- two operands

  /** The letters of one text that are in another, in the order of the first. */
  private static String common(String a, String b) {
    return a.chars()
        .filter(c -> b.indexOf(c) >= 0)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static String without(String a, String b) {
    return a.chars()
        .filter(c -> b.indexOf(c) < 0)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static Labelled contract(Labelled left, Labelled right, String needed) {
    Labelled a = left.only(right.letters + needed);
    Labelled b = right.only(left.letters + needed);
    String shared = common(a.letters, b.letters);
    String batch = common(shared, needed);
    String summed = without(shared, needed);
    String rows = without(a.letters, b.letters);
    String columns = without(b.letters, a.letters);
    Tensor x = a.permute(batch + rows + summed).tensor;
    Tensor y = b.permute(batch + summed + columns).tensor;
    Shape batches = a.extents(batch);
    Shape ofRows = a.extents(rows);
    Shape ofColumns = b.extents(columns);
    long depth = a.extents(summed).elements();
    Tensor m = x.reshape(batches.concat(Shape.of(ofRows.elements(), depth)));
    Tensor n = y.reshape(batches.concat(Shape.of(depth, ofColumns.elements())));
    Tensor product = summed.isEmpty() ? m.mul(n) : m.matmul(n);
    return new Labelled(
        product.reshape(batches.concat(ofRows).concat(ofColumns)), batch + rows + columns);
  }
}
